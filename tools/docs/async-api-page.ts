import { describeEvents } from '../../lib/manage/async-api.ts';
import type { Page } from './page.ts';

/** Writes the AsyncAPI description of events. */
export function asyncApiPage(): Page {
  return {
    path: 'docs/reference/asyncapi.json',
    text: `${JSON.stringify(describeEvents(), null, 2)}\n`,
  };
}
