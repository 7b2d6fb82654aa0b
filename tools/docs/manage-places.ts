import { manageRows } from '../../lib/manage/rows.ts';
import type { Page } from './page.ts';

/** Writes the name, method and template of every function of the management API (lib/http/manage-places.ts). */
export function managePlacesPage(): Page {
  const lines = manageRows.map(({ name, method, template }) => [name, `${method} ${template}`]);
  return {
    path: 'lib/http/manage-places.json',
    text: `${JSON.stringify(Object.fromEntries(lines), null, 2)}\n`,
  };
}
