import { splitAttrPath } from '../filter/parser.ts';
import type { Attribute, ResourceType, Schema } from '../schema/attribute.ts';
import { commonAttributes } from '../schema/common.ts';
import { findExtension, type ResolvedPath, resolvePath } from '../schema/lookup.ts';

/** One attribute or extension of a representation; without `fields` its value is taken as it is. */
export interface ProjectedField {
  readonly name: string;
  readonly fields?: readonly ProjectedField[];
}

/** What a client wants to see of a resource (RFC 7644 3.9). */
interface ProjectionRequest {
  /** What is returned by default, only what is named besides the minimum, or all but what is named. */
  readonly mode: 'default' | 'only' | 'except';
  /** In attribute notation (RFC 7644 3.10). */
  readonly names: readonly string[];
}

/** What the names stand for; names that the resource type does not have are left out. */
interface Named {
  readonly whole: ReadonlySet<Attribute | Schema>;
  /** Sub-attributes, each under its own attribute. */
  readonly subs: ReadonlyMap<Attribute, ReadonlySet<Attribute>>;
}

interface Choice extends Named {
  readonly mode: ProjectionRequest['mode'];
}

const [, id, externalId, meta] = commonAttributes;

/** Decides which attributes the representations of a request hold (RFC 7644 3.9, RFC 7643 7). */
export function planProjection(
  type: ResourceType,
  { mode, names }: ProjectionRequest,
): readonly ProjectedField[] {
  const choice = { mode, ...resolveNames(names, type) };
  return [
    ...planAttributes([id, externalId, ...type.schema.attributes], choice),
    ...type.extensions.flatMap(({ schema }) => planExtension(schema, choice)),
    ...planAttributes([meta], choice),
  ];
}

function planExtension(schema: Schema, choice: Choice): readonly ProjectedField[] {
  const fields = planAttributes(schema.attributes, insideExtension(schema, choice));
  return fields.length > 0 ? [{ name: schema.id, fields }] : [];
}

function insideExtension(schema: Schema, choice: Choice): Choice {
  if (!choice.whole.has(schema)) return choice;
  if (choice.mode === 'only') return { ...choice, mode: 'default' };
  return { ...choice, whole: new Set([...choice.whole, ...schema.attributes]) };
}

function planAttributes(attributes: readonly Attribute[], choice: Choice): readonly ProjectedField[] {
  return attributes
    .filter((attribute) => isTaken(attribute, choice))
    .map((attribute) => planAttribute(attribute, choice));
}

function isTaken(attribute: Attribute, { mode, whole, subs }: Choice): boolean {
  const { returned = 'default' } = attribute;
  if (returned === 'always') return true;
  if (returned === 'never') return false;
  if (mode === 'only') return whole.has(attribute) || subs.has(attribute);
  return returned === 'default' && !(mode === 'except' && whole.has(attribute));
}

function planAttribute(attribute: Attribute, { mode, whole, subs }: Choice): ProjectedField {
  const { name, subAttributes = [], returned } = attribute;
  const takenWhole = mode === 'only' && (whole.has(attribute) || returned === 'always');
  const named = { whole: subs.get(attribute) ?? new Set<Attribute>(), subs: new Map() };
  const taken = subAttributes.filter(
    (sub) => isTaken(sub, { mode, ...named }) || (takenWhole && isTaken(sub, { mode: 'default', ...named })),
  );
  if (taken.length === subAttributes.length) return { name };
  return { name, fields: taken.map((sub) => ({ name: sub.name })) };
}

function resolveNames(names: readonly string[], type: ResourceType): Named {
  const whole = new Set<Attribute | Schema>();
  const subs = new Map<Attribute, Set<Attribute>>();
  for (const name of names) {
    for (const { attribute, sub, extension } of resolveName(name, type)) {
      if (attribute && sub) subs.set(attribute, (subs.get(attribute) ?? new Set()).add(sub));
      else if (attribute) whole.add(attribute);
      else if (extension) whole.add(extension);
    }
  }
  return { whole, subs };
}

function resolveName(name: string, type: ResourceType): readonly ResolvedPath[] {
  if (name.toLowerCase() === type.schema.id.toLowerCase()) {
    return type.schema.attributes.map((attribute) => ({ attribute }));
  }
  const extension = findExtension(type, name);
  if (extension) return [{ extension }];
  const path = resolvePath(type, splitAttrPath(name));
  return path ? [path] : [];
}
