import { readFileSync } from 'node:fs';
import { type EventType, eventReasons, eventTypeOf, eventTypes } from '../../lib/feed/event-types.ts';
import { exampleEvent } from '../../lib/manage/event-examples.ts';
import { eventSummaries, reasonSummaries } from '../../lib/manage/event-words.ts';
import { recordOperations } from '../../lib/manage/record-words.ts';
import { type Page, replaceSection, toTable } from './page.ts';

const path = 'docs/events.md';
const exampleType = 'account.disabled' satisfies EventType;

/** The types of resources whose records may have events. Records of others have none. */
export const toldResources = ['User', 'Group', 'Account', 'Team', 'Tenant'] as const;

/** The facts beside the operation on which the type of an event may depend. */
const circumstances = [['title'], ['members']].flatMap((attributes) =>
  [
    {},
    { active: true },
    { active: false },
    { enabled: true },
    { enabled: false },
    { added: ['id'] },
    { removed: ['id'] },
  ].map((event) => ({ attributes, event })),
);

/** The types of events that records of an operation on a type of resource may have, in the order of `eventTypes`. */
export function typesOf(resourceType: string, operation: string): readonly EventType[] {
  const record = { resourceType, operation, outcome: 'done', credential: 'key' };
  const found = new Set(circumstances.map((facts) => eventTypeOf({ ...record, ...facts })));
  return eventTypes.filter((type) => found.has(type));
}

/** Writes the tables and the example of the page on events, and keeps the text around them. */
export function eventsPage(): Page {
  const text = readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
  const sections: Readonly<Record<string, string>> = {
    example: `\`\`\`json\n${JSON.stringify(exampleEvent(exampleType), null, 2)}\n\`\`\``,
    types: toTable(
      ['type', 'change'],
      eventTypes.map((type) => [`\`${type}\``, eventSummaries[type]]),
    ),
    reasons: toTable(
      ['`reason`', 'meaning'],
      eventReasons.map((reason) => [`\`${reason}\``, reasonSummaries[reason]]),
    ),
    operations: operationTable(),
  };
  return {
    path,
    text: Object.entries(sections).reduce(
      (page, [name, content]) => replaceSection(page, name, content),
      text,
    ),
  };
}

function operationTable(): string {
  const told = recordOperations.filter((operation) =>
    toldResources.some((resourceType) => typesOf(resourceType, operation).length > 0),
  );
  const others = recordOperations.filter((operation) => !told.includes(operation));
  const rows = told.map((operation) => [
    `\`${operation}\``,
    ...toldResources.map((resourceType) =>
      typesOf(resourceType, operation)
        .map((type) => `\`${type.slice(type.indexOf('.') + 1)}\``)
        .join(' '),
    ),
  ]);
  const heads = toldResources.map((resourceType) => `\`${resourceType}\``);
  const none = others.map((operation) => `\`${operation}\``).join(' ');
  return `${toTable(['operation', ...heads], rows)}\n\nOperations without an event: ${none}.`;
}
