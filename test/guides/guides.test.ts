import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { catalogues, providers } from '../../lib/guides/catalogue.ts';
import { credentialValues, providerIds } from '../../lib/guides/provider.ts';
import type { Field, GuideTexts, Step } from '../../lib/guides/texts.ts';
import { userType } from '../../lib/scim/schema/resource-types.ts';
import { statusOf } from '../../tools/docs/guide-answers.ts';
import { describeAttributes } from '../../tools/docs/guide-attributes.ts';
import { guidePages } from '../../tools/docs/guide-page.ts';

const { shared, guides } = catalogues.en;
const pages = guidePages();
const textOf = (id: string) => pages.find(({ path }) => path === `docs/guides/${id}.md`)?.text ?? '';

const stepsOf = ({ parts, pilot, renewal }: GuideTexts): readonly Step[] => [
  ...parts.flatMap(({ steps }) => steps),
  ...pilot,
  ...renewal,
];
const fieldsOf = (guide: GuideTexts): readonly Field[] => stepsOf(guide).flatMap(({ fields = [] }) => fields);

/** Words of those who run the endpoint, which a customer's administrator does not know. */
const operation = new RegExp(
  [
    ...[
      'bicep',
      'cosmos',
      'function key',
      'azure functions?',
      'key vault',
      'azd',
      'npm',
      'curl',
      'deploy\\w*',
    ],
    ...['endpoint profile', 'policy', 'container', 'muster (?!_)\\w+'],
  ]
    .map((word) => `\\b${word}\\b`)
    .join('|'),
  'i',
);

describe('the index of the guides', () => {
  test('is what "npm run docs" writes, and leads to every guide', () => {
    const [index, ...others] = pages;
    expect(others.map(({ path }) => path)).toEqual(providerIds.map((id) => `docs/guides/${id}.md`));
    expect(readFileSync('docs/guides/README.md', 'utf8'), 'run npm run docs').toBe(index?.text);
    for (const id of providerIds) expect(index?.text).toContain(`[${providers[id].name}](${id}.md)`);
  });
});

describe.each(providerIds)('the guide for %s', (id) => {
  const provider = providers[id];
  const guide = guides[id];
  const page = textOf(id);

  test('is what "npm run docs" writes', () => {
    expect(readFileSync(`docs/guides/${id}.md`, 'utf8'), 'run npm run docs').toBe(page);
  });

  test('has every section, in order', () => {
    const { connect, needs, values, choices, attributes, pilot, events, errors, renewal, sources } =
      shared.headings;
    const wanted = [needs, values, choices, ...guide.parts.map(({ title }) => title), attributes];
    const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual([...wanted, pilot, events, errors, renewal, sources]);
    expect(page.startsWith(`# ${connect} ${provider.name}\n`)).toBe(true);
    const empty = page.split(/^## /m).filter((section) => section.trim().split('\n').length < 3);
    expect(empty).toEqual([]);
  });

  test('names its sources and the day on which they were read', () => {
    expect(provider.read).toMatch(/^20\d\d-\d\d-\d\d$/);
    expect(provider.sources.length).toBeGreaterThan(1);
    for (const { title, url, dated = '2000-01' } of provider.sources) {
      expect(page).toContain(`[${title}](${url})`);
      expect(dated).toMatch(/^20\d\d-\d\d(-\d\d)?$/);
      expect(dated <= provider.read).toBe(true);
    }
    expect(page).toContain(`read on ${provider.read}`);
  });

  test('marks what no source shows, and nothing else', () => {
    const unchecked = [
      ...[...stepsOf(guide), ...fieldsOf(guide), ...guide.events, ...guide.portalErrors, guide.logs],
      ...[...provider.users, ...provider.groups],
    ].filter(({ checked }) => checked === false);
    const sections = page.slice(page.indexOf('\n## '));
    expect(sections.split(shared.unchecked).length - 1).toBe(unchecked.length);
    for (const one of unchecked) if ('say' in one) expect(page).toContain(`${one.say} ${shared.unchecked}`);
  });

  test('has a place for every value that the vendor hands over, and asks for no other', () => {
    const asked = fieldsOf(guide).flatMap(({ copy }) => (typeof copy === 'string' ? [copy] : []));
    const handed = provider.credentials.flatMap((one) => credentialValues[one]);
    const optional = ['scope'];
    expect(handed.filter((value) => !asked.includes(value) && !optional.includes(value))).toEqual([]);
    expect(asked.filter((value) => !handed.includes(value))).toEqual([]);
    for (const value of handed) expect(page).toContain(`**${shared.values[value].name}**`);
  });

  test('says when to choose each way to authenticate that the provider has', () => {
    expect(Object.keys(guide.choices).sort()).toEqual([...provider.credentials].sort());
    const [recommended] = provider.credentials;
    const mark = provider.credentials.length > 1 ? ' (recommended)' : '';
    expect(page).toContain(`- **${shared.credentials[recommended]}**${mark}: `);
    for (const { only = [] } of guide.parts) {
      expect(only.filter((one) => !provider.credentials.includes(one))).toEqual([]);
    }
  });

  test('says what becomes of access when people come, are disabled, leave and are deleted', () => {
    const outcomes = guide.events.map(({ outcome }) => outcome);
    expect(outcomes).toEqual(expect.arrayContaining(['created', 'changed', 'disabled', 'enabled']));
    const groups = ['groupCreated', 'memberAdded', 'memberRemoved'] as const;
    expect(groups.every((one) => outcomes.includes(one))).toBe(provider.groups.length > 0);
    // Okta deletes nobody, and JumpCloud only deactivates.
    expect(outcomes.includes('deleted')).toBe(!['okta', 'jumpcloud'].includes(id));
  });

  test('is in words of the portal and of the customer, not of those who run the endpoint', () => {
    const quoted = shared.answers.map(({ says }) => says.replaceAll('<', '\\<'));
    const own = quoted.reduce(
      (text, says) => text.replaceAll(says, ''),
      page.replaceAll(/<!--.*?-->|\]\(.*?\)/g, ''),
    );
    expect(own.match(operation)?.[0]).toBeUndefined();
  });

  test('has a table of the attributes that schemas require', () => {
    const required = describeAttributes(userType, provider.users, {}).filter((one) => one.required);
    expect(required.map(({ attribute }) => attribute)).toEqual(['userName']);
    expect(page).toMatch(
      /^\| `userName` \|.* \*\*required\*\* \| The name with which the user signs in\. \|$/m,
    );
    if (provider.groups.length === 0) expect(page).toContain(shared.notes.noGroups);
    else expect(page).toMatch(/^\| `displayName` \|.* \*\*required\*\* \| The name of the group/m);
  });
});

describe('a word of those who run the endpoint', () => {
  test.each([
    'See the Bicep file',
    'ask for a function key',
    'run muster tenants list',
    'after the deployment',
    'npm start',
  ])('such as in "%s" is found', (text) => expect(text).toMatch(operation));
  test('is not the beginning of a token', () => expect('It begins with muster_.').not.toMatch(operation));
});

describe('an error of a guide', () => {
  test('that the code does not make is found', () => {
    expect(() => statusOf({ says: 'The moon is full', means: '', helper: 'vendor' })).toThrow(
      'The moon is full',
    );
  });
  test('has the status of the sentence that fits best', () => {
    const says = 'active must be true or false';
    expect(statusOf({ says, means: '', helper: 'vendor' })).toBe(400);
  });
});
