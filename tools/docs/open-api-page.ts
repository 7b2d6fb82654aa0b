import { readFileSync } from 'node:fs';
import { describeApi } from '../../lib/manage/open-api.ts';
import type { Page } from './page.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

/** The description of the management API, as OpenAPI. */
export function openApiPage(): Page {
  return {
    path: 'docs/reference/openapi.json',
    text: `${JSON.stringify(describeApi(version), null, 2)}\n`,
  };
}
