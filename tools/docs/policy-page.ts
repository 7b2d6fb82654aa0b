import * as z from 'zod';
import { policySchema } from '../../lib/tenants/policy.ts';
import { presets } from '../../lib/tenants/presets.ts';
import { type Page, toTable } from './page.ts';

interface Setting {
  readonly path: string;
  readonly type: string;
  readonly default: string;
  readonly description: string;
}

type Schema = Readonly<Record<string, unknown>>;

const introduction = `# The policy of a tenant

Everything that can be set for a tenant, by \`POST /manage/tenants\` and \`PATCH /manage/tenants/{id}\`
([manage.md](manage.md)). What is left out has its default. A preset (\`"preset": "signl4"\`) is a policy to begin with.
This page is generated from the schema.
`;

/** Every setting of the policy with its default, and what the presets set. */
export function policyPage(): Page {
  const sections = Object.entries(propertiesOf(jsonSchema())).map(([name, schema]) => {
    const rows = settingsOf(name, schema as Schema).map((setting) => [
      `\`${setting.path}\``,
      setting.type,
      `\`${setting.default}\``,
      setting.description,
    ]);
    const table = toTable(['setting', 'value', 'default', 'meaning'], rows);
    return `## ${name}\n\n${(schema as Schema).description}\n\n${table}`;
  });
  return {
    path: 'docs/policy.md',
    text: `${[introduction.trim(), ...sections, presetTable()].join('\n\n')}\n`,
  };
}

function jsonSchema(): Schema {
  return z.toJSONSchema(policySchema, { io: 'input', unrepresentable: 'any' }) as Schema;
}

function settingsOf(path: string, schema: Schema): readonly Setting[] {
  const properties = Object.entries(propertiesOf(schema));
  if (properties.length > 0) {
    return properties.flatMap(([name, inner]) => settingsOf(`${path}.${name}`, inner as Schema));
  }
  const { default: value, description = '' } = schema;
  return [{ path, type: typeOf(schema), default: shorten(value), description: String(description) }];
}

function typeOf(schema: Schema): string {
  const { anyOf, const: literal, enum: choices, items, type, minimum, maximum } = schema;
  if (Array.isArray(anyOf)) return anyOf.map((one) => typeOf(one)).join(' or ');
  if (literal !== undefined) return `\`${literal}\``;
  if (Array.isArray(choices)) return choices.map((choice) => `\`${choice}\``).join(' ');
  if (type === 'array') return `list of ${rowOf((items ?? {}) as Schema)}`;
  if (type === 'object') return 'names and values';
  const isBounded = typeof minimum === 'number' && typeof maximum === 'number';
  return isBounded ? `${minimum} to ${maximum.toLocaleString('en-US')}` : String(type);
}

function rowOf(items: Schema): string {
  const names = Object.keys(propertiesOf(items));
  return names.length > 0 ? `{${names.join(', ')}}` : typeOf(items);
}

function propertiesOf({ properties = {} }: Schema): Schema {
  return properties as Schema;
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? '';
  return text.length > 60 ? 'the usual ones' : text;
}

function presetTable(): string {
  const rows = Object.entries(presets).map(([name, preset]) => {
    const set = flatten(preset).map(([path, value]) => `\`${path}\` ${shorten(value)}`);
    return [`\`${name}\``, set.join('<br>')];
  });
  return `## Presets\n\n${toTable(['preset', 'sets'], rows)}`;
}

function flatten(value: object, prefix = ''): readonly (readonly [string, unknown])[] {
  return Object.entries(value).flatMap(([name, inner]) => {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    const isSection = typeof inner === 'object' && inner !== null && !Array.isArray(inner);
    const isMapping = path === 'accounts.attributes';
    return isSection && !isMapping ? flatten(inner, path) : [[path, inner] as const];
  });
}
