import { dirname, join } from 'node:path';
import type { Node } from 'web-tree-sitter';
import {
  bodyOf,
  evaluate,
  type Fields,
  isReference,
  iterate,
  properties,
  type Reference,
  resourceGroupId,
  type Scope,
  type Value,
} from './evaluate.ts';
import { checkArgument } from './parameter.ts';
import { type Declaration, readDeclaration, readTemplate } from './syntax.ts';

/** A resource that a template creates. */
export interface Resource {
  /** Such as `Microsoft.Web/sites/config`. */
  readonly type: string;
  readonly apiVersion: string;
  readonly name: string;
  readonly id: string;
  readonly description: string;
  /** What is sent to the resource provider: name, location, tags, sku, properties. */
  readonly body: Fields;
  /** The resource that it is attached to, such as that of a role assignment. */
  readonly scopeId: string | undefined;
}

export interface Deployment {
  readonly resources: readonly Resource[];
  readonly outputs: Fields;
}

/** What only a resource that exists can tell, by its type. */
const runtime: Readonly<Record<string, Fields>> = {
  'Microsoft.ManagedIdentity/userAssignedIdentities': {
    clientId: '11111111-1111-4111-8111-111111111111',
    principalId: '22222222-2222-4222-8222-222222222222',
  },
  'Microsoft.Storage/storageAccounts': {
    primaryEndpoints: { blob: 'https://stmuster.blob.core.windows.net/' },
  },
  'Microsoft.KeyVault/vaults': { vaultUri: 'https://kv-muster.vault.azure.net/' },
  'Microsoft.DocumentDB/databaseAccounts': { documentEndpoint: 'https://muster.documents.azure.com:443/' },
  'Microsoft.Insights/components': { ConnectionString: 'InstrumentationKey=a-secret' },
  'Microsoft.Web/sites': { defaultHostName: 'func-muster.azurewebsites.net' },
};

/** The properties of a resource of this type that exist only after its deployment. */
export function runtimeOf(type: string): Fields {
  return runtime[type] ?? {};
}

const besideBody = ['parent', 'scope', 'dependsOn'];

/** What a template would create from these arguments; throws an Error that names what is wrong with either. */
export function deploy(path: string, given: Fields): Deployment {
  const template = readTemplate(path);
  const resources: Resource[] = [];
  const known = new Map<string, () => Value>();
  const scope: Scope = {
    path,
    lookup: (name) => {
      const value = known.get(name);
      if (!value) throw new Error(`${path} does not declare ${name}`);
      return value();
    },
  };
  const parameterNames = template.parameters.map(({ name }) => name);
  const strange = Object.keys(given).filter((name) => !parameterNames.includes(name));
  if (strange.length > 0) throw new Error(`${path} has no parameter ${strange}`);
  for (const parameter of template.parameters) {
    known.set(
      parameter.name,
      once(() => checkArgument(parameter, given[parameter.name], scope)),
    );
  }
  for (const { name, value } of template.variables) {
    if (value)
      known.set(
        name,
        once(() => evaluate(value, scope)),
      );
  }
  for (const resource of template.resources) {
    known.set(
      resource.name,
      once(() => createAll(resource, { scope, resources })),
    );
  }
  for (const module of template.modules) {
    known.set(
      module.name,
      once(() => deployAll(module, { scope, resources })),
    );
  }
  for (const value of known.values()) value();
  const outputs = template.outputs.map(({ name, value }) => [name, value && evaluate(value, scope)]);
  return { resources, outputs: Object.fromEntries(outputs) };
}

function once(compute: () => Value): () => Value {
  let value: { readonly of: Value } | undefined;
  return () => {
    value ??= { of: compute() };
    return value.of;
  };
}

interface Into {
  readonly scope: Scope;
  readonly resources: Resource[];
  readonly parent?: Resource;
}

/** The bodies of a declaration: none if its condition does not hold, one for each turn of its loop. */
function instances(value: Node | undefined, scope: Scope): readonly [Node, Scope][] {
  if (!value) return [];
  if (value.type === 'for_statement') {
    return iterate(value, scope).flatMap((step) => instances(bodyOf(value), step));
  }
  if (value.type !== 'if_statement') return [[value, scope]];
  const [condition, body] = value.namedChildren;
  return condition && evaluate(condition, scope) ? instances(body, scope) : [];
}

function createAll(declaration: Declaration, into: Into): Value {
  const created = instances(declaration.value, into.scope).map(([body, scope]) =>
    create(declaration, body, { ...into, scope }),
  );
  if (declaration.value?.type === 'for_statement') return created;
  return created[0] ?? referTo(resourceOf(declaration, {}, into), () => new Map());
}

function create(declaration: Declaration, body: Node, into: Into): Reference {
  const fields = evaluate(body, into.scope) as Fields;
  const resource = resourceOf(declaration, fields, into);
  if (!declaration.isExisting) into.resources.push(resource);
  const nested = new Map<string, Value>();
  const reference = referTo(resource, () => nested);
  const scope: Scope = {
    path: into.scope.path,
    lookup: (name) => (name === declaration.name ? reference : into.scope.lookup(name)),
  };
  for (const inner of resourcesWithin(body)) {
    nested.set(inner.name, createAll(inner, { ...into, scope, parent: resource }));
  }
  return reference;
}

function resourceOf({ type, decorators }: Declaration, fields: Fields, { scope, parent }: Into): Resource {
  const [given = '', version] = type.split('@');
  const owner = isReference(fields.parent) ? fields.parent : undefined;
  const fullType = parent ? `${parent.type}/${given}` : given;
  if (owner && owner.member('type') !== dirname(fullType)) throw new Error(`${fullType} has another parent`);
  const scopeId = isReference(fields.scope) ? String(fields.scope.member('id')) : undefined;
  const provider = `${scopeId ?? resourceGroupId}/providers/${fullType.split('/')[0]}`;
  const above = parent?.id ?? owner?.member('id') ?? provider;
  const [description] = decorators.get('description') ?? [];
  return {
    type: fullType,
    apiVersion: version ?? parent?.apiVersion ?? '',
    name: String(fields.name),
    id: `${above}/${fullType.split('/').at(-1)}/${fields.name}`,
    description: description ? String(evaluate(description, scope)) : '',
    body: Object.fromEntries(Object.entries(fields).filter(([name]) => !besideBody.includes(name))),
    scopeId,
  };
}

function resourcesWithin(body: Node): readonly Declaration[] {
  return body.namedChildren
    .flatMap(({ namedChildren }) => namedChildren)
    .filter(({ type }) => type === 'resource_declaration')
    .map((node) => readDeclaration(node));
}

function referTo({ type, id, name }: Resource, nested: () => ReadonlyMap<string, Value>): Reference {
  const members: Fields = { id, name, type, ...(runtime[type] && { properties: runtime[type] }) };
  return {
    kind: 'reference',
    member: (key) => found(members[key], `${type} has no ${key} that a template reads`),
    nested: (key) => found(nested().get(key), `${type} has no ${key} within`),
  };
}

function deployAll(declaration: Declaration, into: Into): Value {
  const deployed = instances(declaration.value, into.scope).map(([body, scope]) =>
    deployModule(declaration, body, { ...into, scope }),
  );
  if (declaration.value?.type === 'for_statement') return deployed;
  const { name } = declaration;
  return deployed[0] ?? { kind: 'reference', member: refuse(name), nested: refuse(name) };
}

function deployModule({ name, type }: Declaration, body: Node, { scope, resources }: Into): Reference {
  const given = properties(body).find(([key]) => key.text === 'params')?.[1];
  const made = deploy(join(dirname(scope.path), type), given ? (evaluate(given, scope) as Fields) : {});
  resources.push(...made.resources);
  return {
    kind: 'reference',
    member: (key) => found(key === 'outputs' ? made.outputs : undefined, `${name} has no ${key}`),
    nested: refuse(name),
  };
}

function refuse(name: string): (key: string) => never {
  return (key) => {
    throw new Error(`${name} is not deployed, so that it has no ${key}`);
  };
}

function found(value: Value | undefined, otherwise: string): Value {
  if (value === undefined) throw new Error(otherwise);
  return value;
}
