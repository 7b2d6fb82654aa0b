import * as z from 'zod';
import { policySchema } from '../../../lib/tenants/policy.ts';

/** One setting of a tenant's policy, described for people. */
export interface Setting {
  /** Such as `keys.activeMax`. */
  readonly path: string;
  /** Such as `1 to 10`. */
  readonly type: string;
  readonly default: unknown;
  readonly description: string;
}

/** A part of the policy with its settings. */
export interface Section {
  readonly name: string;
  readonly description: string;
  readonly settings: readonly Setting[];
}

type Schema = Readonly<Record<string, unknown>>;

/** All settings of a policy, by section. */
export function policySections(): readonly Section[] {
  const whole = z.toJSONSchema(policySchema, { io: 'input', unrepresentable: 'any' }) as Schema;
  return Object.entries(propertiesOf(whole)).map(([name, schema]) => ({
    name,
    description: String((schema as Schema).description),
    settings: settingsOf(name, schema as Schema),
  }));
}

/** The settings of a policy, as paths and values. */
export function flattenPolicy(
  policy: object,
  prefix = '',
): readonly (readonly [path: string, value: unknown])[] {
  return Object.entries(policy).flatMap(([name, inner]) => {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    const isSection = typeof inner === 'object' && inner !== null && !Array.isArray(inner);
    const isMapping = path === 'accounts.attributes';
    return isSection && !isMapping ? flattenPolicy(inner, path) : [[path, inner] as const];
  });
}

function settingsOf(path: string, schema: Schema): readonly Setting[] {
  const properties = Object.entries(propertiesOf(schema));
  if (properties.length > 0) {
    return properties.flatMap(([name, inner]) => settingsOf(`${path}.${name}`, inner as Schema));
  }
  const { default: value, description = '' } = schema;
  return [{ path, type: typeOf(schema), default: value, description: String(description) }];
}

function typeOf(schema: Schema): string {
  const { anyOf, const: literal, enum: choices, items, type, minimum, maximum } = schema;
  if (Array.isArray(anyOf)) return anyOf.map((one) => typeOf(one)).join(' or ');
  if (literal !== undefined) return `\`${literal}\``;
  if (Array.isArray(choices)) return choices.map((choice) => `\`${choice}\``).join(' ');
  if (type === 'array') return `list of ${typeOf((items ?? {}) as Schema)}`;
  const names = Object.entries(propertiesOf(schema));
  if (names.length > 0)
    return `{${names.map(([name, inner]) => memberOf(name, inner as Schema)).join(', ')}}`;
  if (type === 'object') return 'names and values';
  const isBounded = typeof minimum === 'number' && typeof maximum === 'number';
  return isBounded ? `${minimum} to ${maximum.toLocaleString('en-US')}` : String(type);
}

/** A property of an object, with its own properties if it has some. */
function memberOf(name: string, schema: Schema): string {
  return Object.keys(propertiesOf(schema)).length > 0 ? `${name}: ${typeOf(schema)}` : name;
}

function propertiesOf({ properties = {} }: Schema): Schema {
  return properties as Schema;
}
