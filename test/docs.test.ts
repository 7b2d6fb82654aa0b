import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { logLines } from '../lib/base/log-lines.ts';
import { eventTypes } from '../lib/feed/event-types.ts';
import { recordOperations } from '../lib/manage/record-words.ts';
import { errorCatalogue } from '../lib/scim/errors.ts';
import { policySchema } from '../lib/tenants/policy.ts';
import { presets } from '../lib/tenants/presets.ts';
import { asyncApiPage } from '../tools/docs/async-api-page.ts';
import { cliPage } from '../tools/docs/cli-page.ts';
import { clientsPage } from '../tools/docs/clients-page.ts';
import { countMakers, errorSentences } from '../tools/docs/error-sentences.ts';
import { errorsPage } from '../tools/docs/errors-page.ts';
import { eventsPage, toldResources, typesOf } from '../tools/docs/events-page.ts';
import { openApiPage } from '../tools/docs/open-api-page.ts';
import { operatePage } from '../tools/docs/operate-page.ts';
import { policyPage } from '../tools/docs/policy-page.ts';
import { schemasPage } from '../tools/docs/schemas-page.ts';
import { type Node, type SourceFile, sourceFiles, visit } from '../tools/house/source.ts';
import { flattenPolicy } from '../tools/muster/policy/settings.ts';

const codes = Object.keys(errorCatalogue);

/** Declared for what is not built yet; a code leaves the list when something throws it. */
const declaredForLater = ['sensitive'];

/** Places whose sentence is put together elsewhere, as the page says. */
const madeElsewhere = [
  "lib/auth/authenticate.ts: new ScimError('unauthenticated'",
  "lib/auth/token-request.ts: new OAuthError('invalid_request', message)",
  "lib/http/token-handler.ts: new OAuthError('invalid_request', message)",
  'lib/manage/read-policy.ts: invalidValue(fault)',
  "lib/manage/row.ts: new ScimError('conflict'",
  "lib/manage/row.ts: new ScimError('uniqueness'",
  'lib/provisioning/group-members/group-members.ts: conflict(ends.',
  "lib/scim/patch/target.ts: new ScimError('invalidPath'",
];

describe('the reference pages', () => {
  const errors = errorsPage();

  const generated = [clientsPage(), errors, schemasPage(), policyPage(), openApiPage()];

  test.each([...generated, asyncApiPage(), eventsPage(), operatePage(), cliPage()])(
    '$path is what "npm run docs" writes',
    ({ path, text }) => {
      expect(readFileSync(path, 'utf8'), 'run npm run docs, then read what it changed').toBe(text);
    },
  );

  test('docs/policy.md shows all that a preset sets', () => {
    for (const [name, preset] of Object.entries(presets)) {
      const [, section = ''] = policyPage()
        .text.split(`\n### ${name}\n`)
        .map((text) => text.split('\n### ')[0]);
      const leaves = flattenPolicy(preset).flatMap(([, value]) =>
        typeof value === 'object' && value !== null ? Object.entries(value).flat() : [value],
      );
      const texts = leaves.filter((leaf) => typeof leaf === 'string' && !/^\d+$/.test(leaf));
      expect(texts.filter((text) => !section.includes(String(text).replaceAll('"', '\\"')))).toEqual([]);
    }
  });

  test('docs/reference/errors.md has the sentence of every place that makes an error', () => {
    const { places, withoutSentence } = countMakers();
    expect(places).toBeGreaterThan(120);
    // Their sentences are put together elsewhere: from the faults of a policy, the state of a key or a path.
    expect(
      withoutSentence.filter((place) => !madeElsewhere.some((known) => place.startsWith(known))),
    ).toEqual([]);
    const page = errors.text;
    for (const { detail } of errorSentences()) {
      expect(page).toContain(detail.slice(0, detail.search(/[<|…]|$/)));
    }
    expect(page).toMatch(/^\| 409 \| `uniqueness` \| .+ is already used by another .+: send a value/m);
    expect(page).toMatch(
      /^\| 400 \| `invalidValue` \| policy\.keys\.daysMin must not .+: change one of them \|/m,
    );
    expect(page).toMatch(/^\| 401 \| `invalid_client` \| Client authentication is missing: send /m);
    expect(page).toMatch(/^\| `"yes"` \| Property name is not valid: must be true or false \|/m);
    expect(page).toMatch(/^\| 401 \| {2}\| The request has no token: .+ \| the provider who gave you/m);
  });

  test('docs/reference/errors.md has a row for every code of the catalogue', () => {
    const rows = errors.text.matchAll(/^\| `(\w+)` \| (\d{3}) \|/gm);
    expect([...rows].map(([, code]) => code)).toEqual(codes);
  });
});

describe('docs/architecture.md', () => {
  const [, rooms = '', data = ''] = /^## The rooms$(.+?)^## .+^## The data$(.+?)^## /ms.exec(
    readFileSync('docs/architecture.md', 'utf8'),
  ) ?? [''];
  const namedIn = (section: string, column: number) =>
    section
      .split('\n')
      .flatMap((row) => [...(row.split('|')[column] ?? '').matchAll(/`([^`]+)`/g)].map(([, name]) => name));

  test('says what every kind of document is for', () => {
    const kinds = new Set(sourceFiles('lib').flatMap(kindsIn));
    expect(kinds.size).toBeGreaterThan(20);
    expect([...kinds].filter((kind) => !namedIn(data, 1).includes(kind))).toEqual([]);
  });

  test('says what every folder and file of lib is for', () => {
    const entries = readdirSync('lib', { withFileTypes: true });
    const paths = entries.map((entry) => `lib/${entry.name}${entry.isDirectory() ? '/' : ''}`);
    const named = [...namedIn(rooms, 1), ...namedIn(rooms, 2)];
    expect(paths.filter((path) => !named.includes(path))).toEqual([]);
  });
});

describe('docs/events.md', () => {
  test('has a change behind every type, and a cell for every operation', () => {
    const told = toldResources.flatMap((resourceType) =>
      recordOperations.flatMap((operation) => typesOf(resourceType, operation)),
    );
    expect(eventTypes.filter((type) => !told.includes(type))).toEqual([]);
    for (const resourceType of ['Key', 'AppKey', 'Mail', 'Token', 'Synchronization', 'Device']) {
      expect(recordOperations.flatMap((operation) => typesOf(resourceType, operation))).toEqual([]);
    }
    const recorded = sourceFiles('lib').flatMap(operationsIn);
    expect(recorded.length).toBeGreaterThan(20);
    expect(recorded.filter((operation) => !recordOperations.some((one) => one === operation))).toEqual([]);
  });

  test('says what to do at each type of event', () => {
    const [, section = ''] = eventsPage().text.split('## What to do at each event\n');
    const named = [...(section.split('\n## ')[0] ?? '').matchAll(/`([a-z]+\.[a-z_]+)`/g)];
    expect(named.map(([, type]) => type).toSorted()).toEqual(eventTypes.toSorted());
  });
});

describe('examples', () => {
  test('of policies are such as the management API takes', () => {
    const pages = readdirSync('docs').filter((name) => name.endsWith('.md'));
    const examples = pages.flatMap((name) => policiesIn(readFileSync(`docs/${name}`, 'utf8')));
    expect(examples.length).toBeGreaterThan(3);
    for (const example of examples) {
      expect(() => policySchema.parse(JSON.parse(example)), example).not.toThrow();
    }
  });
});

describe('the error catalogue', () => {
  test('has no code that nothing throws, except those declared for later', () => {
    const users = sourceFiles('lib').filter(({ path }) => path !== 'lib/scim/errors.ts');
    const thrown = new Set(users.flatMap(codesThrownIn));
    expect(codes.filter((code) => !thrown.has(code))).toEqual(declaredForLater);
  });

  test('writes sentences without a final period', () => {
    const wrong = Object.values(errorCatalogue).filter(({ detail }) => !/^[A-Z].+[^.]$/.test(detail));
    expect(wrong).toEqual([]);
  });

  test('cites a section and an HTTP status for every code', () => {
    for (const { status, section } of Object.values(errorCatalogue)) {
      expect(section).toMatch(/^RFC \d{4} \d+(\.\d+)*$/);
      expect(status).toBeGreaterThanOrEqual(400);
    }
  });
});

describe('the lines of the log', () => {
  /** Declared for what is not built yet; an event leaves the list when something writes it. */
  const writtenLater: readonly string[] = [];
  const kinds: Readonly<Record<string, { readonly fields: object }>> = logLines;

  test('are all written by something, except those declared for later', () => {
    const texts = sourceFiles('lib').filter(({ path }) => path !== 'lib/base/log-lines.ts');
    const isWritten = (event: string) => texts.some(({ text }) => text.includes(`event: '${event}'`));
    expect(Object.keys(kinds).filter((event) => !isWritten(event))).toEqual(writtenLater);
  });

  test('have the events and fields that queries in docs/operate.md ask for', () => {
    const queries = [...readFileSync('docs/operate.md', 'utf8').matchAll(/^```kusto\n(.+?)^```/gms)].map(
      ([, query = '']) => query,
    );
    expect(queries.length).toBeGreaterThan(9);
    for (const query of queries) {
      const [, event] = /event == "([^"]+)"/.exec(query) ?? [];
      const asked = event === undefined ? Object.keys(kinds) : [event];
      const known = asked.flatMap((name) => Object.keys(kinds[name]?.fields ?? {}));
      const read = [...query.matchAll(/\bline\.(\w+)/g)].map(([, field]) => field);
      expect(['event', ...known], query).toEqual(expect.arrayContaining(read));
    }
  });
});

/** What stands behind each `"policy":` and is an object, up to the brace that closes it. */
function policiesIn(text: string): readonly string[] {
  return [...text.matchAll(/"policy": (?=\{)/g)].map(({ 0: mark, index }) => {
    const rest = text.slice(index + mark.length);
    let depth = 0;
    const length = [...rest].findIndex((character) => {
      if (character === '{') depth += 1;
      if (character === '}') depth -= 1;
      return depth === 0;
    });
    return rest.slice(0, length + 1);
  });
}

/** The operations of records that a file names, but for those of requests that are no changes. */
function operationsIn({ program, path }: SourceFile): readonly string[] {
  const found: string[] = [];
  if (/^lib\/(http|scim)\//.test(path)) return found;
  visit(program, (node) => {
    if (node.type !== 'Property' || nameOf(node.key) !== 'operation') return;
    visit(node.value as Node, (value) => {
      if (value.type === 'Literal' && typeof value.value === 'string') found.push(value.value);
    });
  });
  return found;
}

/** The codes written in a file that makes a ScimError; the code may stand in a table that the call reads. */
function codesThrownIn({ program }: SourceFile): readonly string[] {
  const found: string[] = [];
  const made: string[] = [];
  let throws = false;
  visit(program, (node) => {
    if (node.type === 'NewExpression' && nameOf(node.callee) === 'ScimError') throws = true;
    if (node.type === 'Literal' && typeof node.value === 'string') found.push(node.value);
    if (node.type === 'CallExpression') made.push(String(nameOf(node.callee)));
  });
  return [...made, ...(throws ? found : [])].filter((text) => codes.includes(text));
}

/** The kinds of documents that constants such as `eventKind` name, or that are written beside a `tenantId`. */
function kindsIn({ program }: SourceFile): readonly string[] {
  const values: unknown[] = [];
  visit(program, (node) => {
    if (node.type === 'VariableDeclarator' && /Kind$/.test(String(nameOf(node.id)))) values.push(node.init);
    if (node.type !== 'ObjectExpression') return;
    const properties = node.properties as readonly Node[];
    const propertyOf = (name: string) => properties.find(({ key }) => nameOf(key) === name)?.value;
    if (propertyOf('tenantId')) values.push(propertyOf('kind'));
  });
  return values.flatMap((value) => {
    const { type, value: text } = (value ?? {}) as Partial<Node>;
    return type === 'Literal' && typeof text === 'string' ? [text] : [];
  });
}

function nameOf(node: unknown): unknown {
  return typeof node === 'object' && node !== null && 'name' in node ? node.name : undefined;
}
