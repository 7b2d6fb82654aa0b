import type { HttpMethod } from '@azure/functions';
import lines from './manage-places.json' with { type: 'json' };
import type { Place } from './routes.ts';

/**
 * The places of the management API. `npm run docs` writes them from `manageRows`, so that the functions can be
 * registered before the code of their operations is loaded.
 */
export const managePlaces: readonly Place[] = Object.entries(lines).map(([name, line]) => {
  const [method, template = ''] = line.split(' ');
  return { name, methods: [method as HttpMethod], template };
});
