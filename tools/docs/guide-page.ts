import { catalogues, providers } from '../../lib/guides/catalogue.ts';
import {
  credentialValues,
  type MappedAttribute,
  type Provider,
  type ProviderId,
  providerIds,
  type ValueId,
} from '../../lib/guides/provider.ts';
import type {
  AccessEvent,
  AnswerText,
  Field,
  GuideTexts,
  PortalError,
  Step,
} from '../../lib/guides/texts.ts';
import { groupType, userType } from '../../lib/scim/schema/resource-types.ts';
import { statusOf } from './guide-answers.ts';
import { describeAttributes } from './guide-attributes.ts';
import { type Page, toTable } from './page.ts';

const {
  shared: {
    answers,
    columns,
    credentials,
    headings,
    helpers,
    meanings,
    needed,
    notes,
    outcomes,
    unchecked,
    values,
  },
  guides,
} = catalogues.en;

/** The pages of all guides, with their index. */
export function guidePages(): readonly Page[] {
  return [indexPage(), ...providerIds.map(guidePage)];
}

function guidePage(id: ProviderId): Page {
  const provider = providers[id];
  const guide = guides[id];
  const sections = [
    `# ${headings.connect} ${provider.name}`,
    generated,
    guide.summary,
    notes.vendor,
    notes.marks,
    section(headings.needs, list(guide.needs)),
    section(headings.values, valueTable(provider)),
    section(
      headings.choices,
      choiceList(provider, guide),
      provider.credentials.length > 1 ? notes.choice : '',
    ),
    ...guide.parts.map(({ title, steps }) => section(title, stepList(steps))),
    section(headings.attributes, notes.attributes, attributeTables(provider), list(guide.attributes)),
    section(headings.pilot, stepList(guide.pilot)),
    section(headings.events, notes.events, eventTable(guide.events)),
    section(
      headings.errors,
      marked(guide.logs.say, guide.logs),
      notes.errors,
      `### ${headings.portalErrors}`,
      portalErrorTable(guide.portalErrors),
      `### ${headings.answers}`,
      answerTable(provider),
    ),
    section(headings.renewal, stepList(guide.renewal)),
    section(headings.sources, sourceList(provider)),
  ];
  return { path: `docs/guides/${id}.md`, text: `${sections.join('\n\n')}\n` };
}

const generated = '<!-- "npm run docs" writes this page from lib/guides. -->';

const section = (heading: string, ...parts: readonly string[]) =>
  [`## ${heading}`, ...parts.filter((part) => part !== '')].join('\n\n');

const list = (items: readonly string[]) => items.map((item) => `- ${item}`).join('\n');
const marked = (text: string, { checked }: { readonly checked?: false }) =>
  checked === false ? `${text} ${unchecked}` : text;

function stepList(steps: readonly Step[]): string {
  return steps
    .map((step, index) => {
      const number = `${index + 1}. `;
      const indent = ' '.repeat(number.length);
      const fields = (step.fields ?? []).map((field) => `${indent}- ${fieldLine(field)}`);
      const paste = step.paste?.split('\n').map((line) => `${indent}${line}`) ?? [];
      const block = paste.length > 0 ? ['', `${indent}\`\`\``, ...paste, `${indent}\`\`\``, ''] : [];
      return [`${number}${marked(step.say, step)}`, ...fields, ...block].join('\n');
    })
    .join('\n');
}

function fieldLine(field: Field): string {
  const { label, copy } = field;
  const value = typeof copy === 'string' ? `the ${lowerFirst(values[copy].name)}` : `\`${copy.text}\``;
  return marked(`**${label}**: ${value}`, field);
}

const lowerFirst = (text: string) =>
  /^[A-Z][a-z]+ [A-Z]/.test(text) ? text : text.charAt(0).toLowerCase() + text.slice(1);

/** The values of every way to authenticate that the provider has, each once. */
const valuesOf = (provider: Provider): readonly ValueId[] => [
  ...new Set(provider.credentials.flatMap((credential) => credentialValues[credential])),
];

function valueTable(provider: Provider): string {
  const hasChoice = provider.credentials.length > 1;
  const needing = (value: ValueId) =>
    provider.credentials
      .filter((one) => credentialValues[one].includes(value))
      .map((one) => credentials[one]);
  const rows = valuesOf(provider).map((value) => [
    `**${values[value].name}**`,
    ...(hasChoice ? [needing(value).join(', ')] : []),
    values[value].about,
  ]);
  const head = hasChoice ? [columns.value, columns.credential] : [columns.value];
  return toTable([...head, columns.about], rows);
}

function choiceList({ credentials: offered }: Provider, { choices }: GuideTexts): string {
  const mark = (index: number) => (index === 0 && offered.length > 1 ? ` (${notes.recommended})` : '');
  return list(offered.map((one, index) => `**${credentials[one]}**${mark(index)}: ${choices[one] ?? ''}`));
}

function attributeTables(provider: Provider): string {
  const users = `### ${headings.users}\n\n${attributeTable(provider.users, 'User')}`;
  const groups = provider.groups.length > 0 ? attributeTable(provider.groups, 'Group') : notes.noGroups;
  return `${users}\n\n### ${headings.groups}\n\n${groups}`;
}

function attributeTable(mapped: readonly MappedAttribute[], kind: 'User' | 'Group'): string {
  const hasSources = mapped.some(({ source }) => source !== undefined);
  const rows = describeAttributes(kind === 'User' ? userType : groupType, mapped, meanings).map((one) => [
    `\`${one.attribute}\``,
    ...(hasSources ? [marked(one.source === undefined ? notes.ownSource : `\`${one.source}\``, one)] : []),
    one.required ? `**${needed.required}**` : one.advised ? needed.advised : needed.optional,
    one.meaning,
  ]);
  const head = hasSources ? [columns.attribute, columns.source] : [columns.attribute];
  return toTable([...head, columns.needed, columns.meaning], rows);
}

function eventTable(events: readonly AccessEvent[]): string {
  const rows = events.map((one) => [
    marked(one.event, one),
    [outcomes[one.outcome], one.note].filter(Boolean).join(' '),
  ]);
  return toTable([columns.event, columns.access], rows);
}

function portalErrorTable(errors: readonly PortalError[]): string {
  const rows = errors.map((one) => [marked(one.says, one), one.means, helpers[one.helper]]);
  return toTable([columns.shown, columns.means, columns.helper], rows);
}

/** The errors that can come with the provider's ways to authenticate and with what it sends. */
function answersOf({ credentials: offered, groups }: Provider): readonly AnswerText[] {
  const kinds: readonly string[] = groups.length > 0 ? [...offered, 'groups'] : offered;
  return answers.filter(({ only }) => only === undefined || only.some((kind) => kinds.includes(kind)));
}

function answerTable(provider: Provider): string {
  const rows = answersOf(provider).map((one) => [
    String(statusOf(one)),
    one.says.replaceAll('<', '\\<'),
    one.means,
    helpers[one.helper],
  ]);
  return toTable([columns.status, columns.shown, columns.means, columns.helper], rows);
}

function sourceList({ sources, read }: Provider): string {
  return list(
    sources.map(
      ({ title, url, dated }) => `[${title}](${url}), ${dated ? `${dated}, ` : ''}${notes.read} ${read}`,
    ),
  );
}

function indexPage(): Page {
  const rows = providerIds.map((id) => {
    const { name, credentials: offered, groups } = providers[id];
    const ways = offered.map((one) => credentials[one]).join(', ');
    return [`[${name}](${id}.md)`, ways, groups.length > 0 ? notes.yes : notes.no];
  });
  const text = [
    `# ${headings.index}`,
    generated,
    notes.index,
    toTable([columns.provider, columns.ways, columns.groups], rows),
    notes.indexEnd,
  ];
  return { path: 'docs/guides/README.md', text: `${text.join('\n\n')}\n` };
}
