import { describeApi } from '../../lib/manage/open-api.ts';
import type { Page } from './page.ts';

/** Writes the OpenAPI description of the management API. */
export function openApiPage(): Page {
  return {
    path: 'docs/reference/openapi.json',
    text: `${JSON.stringify(describeApi(), null, 2)}\n`,
  };
}
