import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Resource } from './deploy.ts';
import { type Fields, isFields, type Value } from './evaluate.ts';

/** One entry of a `types.json` of github.com/Azure/bicep-types-az; `$ref` is `#/` and the place in the file. */
interface Entry {
  readonly $type: string;
  readonly name?: string;
  readonly body?: Pointer;
  readonly properties?: Readonly<Record<string, Property>>;
  readonly baseProperties?: Readonly<Record<string, Property>>;
  readonly additionalProperties?: Pointer;
  readonly discriminator?: string;
  readonly elements?: readonly Pointer[] | Readonly<Record<string, Pointer>>;
  readonly itemType?: Pointer;
  readonly value?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minValue?: number;
  readonly maxValue?: number;
}
interface Pointer {
  readonly $ref: string;
}
interface Property {
  readonly type: Pointer;
  readonly flags?: number;
}

const [required, readOnly] = [1, 2];

/** What is wrong with resources by the types that Azure publishes: a sentence for each fault. */
export function typeFaults(folder: string, resources: readonly Resource[]): readonly string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return resources.flatMap((resource) => {
    const name = `${resource.type}@${resource.apiVersion}`.toLowerCase();
    const provider = name.split('/')[0] ?? '';
    const place = join(provider, resource.apiVersion, 'types.json');
    const found = files.filter((file) => file.endsWith(place)).map((file) => readTypes(join(folder, file)));
    const types = found.find((entries) => entries.some((entry) => names(entry, name)));
    const body = types?.find((entry) => names(entry, name))?.body;
    if (!types || !body) return [`${name} is not known`];
    const leaf = { ...resource.body, name: resource.name };
    return faults({ types, at: `${resource.type} ${resource.name}` }, resolve(types, body), leaf);
  });
}

const names = (entry: Entry, name: string) =>
  entry.$type === 'ResourceType' && entry.name?.toLowerCase() === name;

const readTypes = (path: string): readonly Entry[] => JSON.parse(readFileSync(path, 'utf8'));

function resolve(types: readonly Entry[], { $ref }: Pointer): Entry {
  return types[Number($ref.slice(2))] ?? { $type: $ref };
}

interface Place {
  readonly types: readonly Entry[];
  readonly at: string;
}

function faults(place: Place, type: Entry, value: Value): readonly string[] {
  const { types, at } = place;
  const wrong = (why: string) => [`${at}: ${why}`];
  if (value === null) return [];
  switch (type.$type) {
    case 'AnyType':
      return [];
    case 'BooleanType':
      return typeof value === 'boolean' ? [] : wrong('is not a boolean');
    case 'StringLiteralType':
      return value === type.value ? [] : wrong(`is not ${type.value}`);
    case 'StringType':
      return stringFault(type, value).flatMap(wrong);
    case 'IntegerType':
      return integerFault(type, value).flatMap(wrong);
    case 'UnionType':
      return unionFaults(place, type, value);
    case 'ArrayType':
      if (!Array.isArray(value) || !type.itemType) return wrong('is not an array');
      return value.flatMap((item, index) =>
        type.itemType ? faults({ types, at: `${at}[${index}]` }, resolve(types, type.itemType), item) : [],
      );
    case 'ObjectType':
    case 'DiscriminatedObjectType':
      return isFields(value) ? objectFaults(place, type, value) : wrong('is not an object');
    default:
      return wrong(`has a type that is not checked: ${type.$type}`);
  }
}

function stringFault({ pattern, minLength = 0, maxLength = Infinity }: Entry, value: Value): string[] {
  if (typeof value !== 'string') return ['is not a string'];
  if (value.length < minLength || value.length > maxLength) return [`is of ${value.length} characters`];
  return pattern && !new RegExp(pattern).test(value) ? [`does not match ${pattern}`] : [];
}

function integerFault({ minValue = -Infinity, maxValue = Infinity }: Entry, value: Value): string[] {
  if (typeof value !== 'number' || !Number.isInteger(value)) return ['is not an integer'];
  return value < minValue || value > maxValue ? [`is ${value}`] : [];
}

/** A union that allows any string names what is known today, so that a string must be among the names. */
function unionFaults({ types, at }: Place, { elements }: Entry, value: Value): readonly string[] {
  const options = (elements as readonly Pointer[]).map((element) => resolve(types, element));
  const known = options.flatMap((option) => option.value ?? []);
  const allowed = known.length > 0 ? options.filter((option) => option.value !== undefined) : options;
  const tried = allowed.map((option) => faults({ types, at }, option, value));
  return tried.some((found) => found.length === 0) ? [] : [`${at}: ${value} is none of ${known.join(', ')}`];
}

function objectFaults({ types, at }: Place, type: Entry, value: Fields): readonly string[] {
  const chosen = (type.elements as Readonly<Record<string, Pointer>> | undefined)?.[
    String(value[type.discriminator ?? ''])
  ];
  const variant = chosen ? resolve(types, chosen) : undefined;
  const known = { ...type.baseProperties, ...type.properties, ...variant?.properties };
  const others = variant?.additionalProperties ?? type.additionalProperties;
  const missing = Object.entries(known)
    .filter(([name, { flags = 0 }]) => flags & required && value[name] === undefined)
    .map(([name]) => `${at}: ${name} is missing`);
  return Object.entries(value).reduce((found, [name, inner]) => {
    const property = known[name];
    const pointer = property?.type ?? others;
    if (!pointer) return found.concat(`${at}: there is no ${name}`);
    if ((property?.flags ?? 0) & readOnly) return found.concat(`${at}: ${name} is read-only`);
    return found.concat(faults({ types, at: `${at}.${name}` }, resolve(types, pointer), inner));
  }, missing);
}
