import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import mustache from 'mustache';
import * as z from 'zod/mini';
import { explainJson } from '../base/explain-json.ts';
import { plainWording } from '../base/plain-wording.ts';
import type { MailTemplate } from './mail-document.ts';
import invitation from './templates/invitation.json' with { type: 'json' };
import keyExpiry from './templates/keyExpiry.json' with { type: 'json' };
import passwordLink from './templates/passwordLink.json' with { type: 'json' };
import runReport from './templates/runReport.json' with { type: 'json' };
import welcome from './templates/welcome.json' with { type: 'json' };

const shipped = { invitation, welcome, passwordLink, runReport, keyExpiry };
const names = Object.keys(shipped) as readonly MailTemplate[];

const ofAccount = ['product', 'name', 'login'];
const ofRefusals = ['hasRefusals', 'refusals', 'error', 'detail', 'resourceType', 'resource'];
const ofHolds = ['hasHolds', 'holds', 'reason', 'count'];

/** The variables that each template can use. */
export const templateVariables: Readonly<Record<MailTemplate, readonly string[]>> = {
  invitation: [...ofAccount, 'link', 'days', 'organisation'],
  welcome: [...ofAccount, 'organisation'],
  passwordLink: [...ofAccount, 'link', 'days', 'organisation'],
  runReport: [
    ...['product', 'tenant', 'run', 'started', 'ended'],
    ...['created', 'changed', 'deleted', 'refused', 'held', ...ofRefusals, ...ofHolds],
  ],
  keyExpiry: ['product', 'tenant', 'key', 'label', 'expires', 'left'],
};

const line = z
  .string({ error: 'must be a string' })
  .check(z.maxLength(2_000, 'must have at most 2,000 characters'));
const lines = z.pipe(
  z
    .array(line, { error: 'must be a list of strings, one for each line' })
    .check(z.minLength(1, 'must have at least one line')),
  z.transform((list) => list.join('\n')),
);
const templateSchema = z.strictObject({
  subject: line.check(z.regex(/\S/, 'must not be empty')),
  text: lines,
  html: lines,
});

/** The Mustache templates of a mail: subject, plain text and HTML. */
export type Template = Readonly<z.infer<typeof templateSchema>>;
/** The template of each mail. */
export type Templates = Readonly<Record<MailTemplate, Template>>;

/**
 * Reads the templates that Muster ships. A file in the deployment's own folder replaces the template of its
 * name.
 *
 * Throws an Error that names the file, the property and the expected value.
 */
export function loadTemplates(folder: string | undefined): Templates {
  const own = folder === undefined ? {} : readFolder(folder);
  const all = Object.entries({ ...shipped, ...own });
  return Object.fromEntries(all.map(([name, content]) => [name, readTemplate(name, content)])) as Templates;
}

function readFolder(folder: string): Readonly<Record<string, unknown>> {
  const files = listFolder(folder).filter((file) => file.endsWith('.json'));
  const unknown = files.filter((file) => !isTemplateName(nameOf(file)));
  if (unknown.length > 0) {
    throw new Error(
      `MUSTER_TEMPLATES has files that are not templates: ${unknown.join(', ')}. ` +
        `Name them ${names.map((name) => `${name}.json`).join(', ')}, or remove them`,
    );
  }
  return Object.fromEntries(files.map((file) => [nameOf(file), readJson(join(folder, file), file)]));
}

function listFolder(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch (cause) {
    throw new Error(`MUSTER_TEMPLATES must name a folder of JSON files: cannot read ${folder}`, { cause });
  }
}

function readJson(path: string, file: string): unknown {
  const text = readFileSync(path, 'utf8');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`The template ${file} cannot be used: it is not JSON: ${explainJson(cause, text)}`, {
      cause,
    });
  }
}

function readTemplate(name: string, content: unknown): Template {
  const { data, error } = templateSchema.safeParse(content, { error: plainWording });
  const malformed = error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`.trim());
  const faults = malformed ?? faultsOf(name as MailTemplate, data as Template);
  if (data && faults.length === 0) return data;
  throw new Error(`The template ${name}.json cannot be used: ${faults.join('; ')}`);
}

/** Finds faults of a template that would otherwise show only when the mail is sent, or never. */
function faultsOf(name: MailTemplate, template: Template): readonly string[] {
  const known = templateVariables[name];
  return (['subject', 'text', 'html'] as const).flatMap((part) => {
    const used = tagsOf(template[part]);
    if (typeof used === 'string') return [`${part}: ${used}`];
    const unknown = used.filter((variable) => !known.includes(variable));
    const isLost = part !== 'subject' && known.includes('link') && !used.includes('link');
    return [
      ...unknown.map((variable) => `${part} names ${variable}: use only ${known.join(', ')}`),
      ...(isLost ? [`${part} must contain {{link}}`] : []),
    ];
  });
}

/** Lists the variables that a template names; answers a message if it is malformed. */
function tagsOf(template: string): readonly string[] | string {
  try {
    const tokens: readonly unknown[] = mustache.parse(template);
    const found = variablesIn(tokens);
    return found.includes('&')
      ? 'must not use {{{ }}} or {{& }}, which insert values without escaping: use {{ }}'
      : found;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Walks the tokens of a template, `[type, value, start, end, inner]`; an unescaped variable yields `&`. */
function variablesIn(tokens: readonly unknown[]): readonly string[] {
  return tokens.flatMap((token) => {
    const [type, value, , , inner] = token as readonly [string, string, number, number, unknown];
    if (type === 'text' || type === '!' || type === '=') return [];
    return [type === '&' ? '&' : value, ...(Array.isArray(inner) ? variablesIn(inner) : [])];
  });
}

function nameOf(file: string): string {
  return file.slice(0, -'.json'.length);
}

function isTemplateName(name: string): boolean {
  return names.some((one) => one === name);
}
