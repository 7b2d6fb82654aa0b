import { readFileSync } from 'node:fs';
import { describeApi } from '../../lib/manage/open-api.ts';
import type { Page } from './page.ts';

const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

/** Writes the OpenAPI description of the management API. */
export function openApiPage(): Page {
  return {
    path: 'docs/reference/openapi.json',
    text: `${JSON.stringify(describeApi(version), null, 2)}\n`,
  };
}
