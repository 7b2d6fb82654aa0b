import type { Node } from 'web-tree-sitter';
import { bodyOf, parts, properties } from './evaluate.ts';
import { descendants, namesWithin, placeOf, readCall, readDeclaration, type Template } from './syntax.ts';

/** Functions whose results count as ids of resources. */
const idFunctions = [
  'extensionResourceId',
  'guid',
  'managementGroupResourceId',
  'reference',
  'resourceId',
  'roleDefinitions',
  'subscription',
  'subscriptionResourceId',
  'tenantResourceId',
];

/** Properties that the compiler passes over: of its list, those that our resource types have. */
const otherIds = [
  'clientid',
  'locations',
  'metadata',
  'objectid',
  'principalid',
  'resource',
  'tags',
  'tenantid',
];

/** Properties of a resource or a module that are known before the deployment begins. */
const knownAtStart = ['apiVersion', 'id', 'name', 'type'];

interface Symbols {
  readonly deployed: ReadonlySet<string>;
  readonly parameters: ReadonlySet<string>;
  readonly variables: ReadonlyMap<string, Node | undefined>;
}

function symbolsOf(template: Template): Symbols {
  const resources = resourceNodes(template).map((node) => readDeclaration(node));
  return {
    deployed: new Set([...resources, ...template.modules].map(({ name }) => name)),
    parameters: new Set(template.parameters.map(({ name }) => name)),
    variables: new Map(template.variables.map(({ name, value }) => [name, value])),
  };
}

const resourceNodes = ({ root }: Template) =>
  descendants(root).filter(({ type }) => type === 'resource_declaration');

/**
 * Places of ids that Bicep's linter refuses (`use-resource-id-functions`): an id has to come from a resource, a
 * module, a parameter or a function for ids; the variable of a loop is none of them.
 */
export function idFaults(template: Template): readonly string[] {
  const symbols = symbolsOf(template);
  return resourceNodes(template)
    .flatMap((node) => propertiesOf(withoutLoop(readDeclaration(node).value)))
    .filter(([key]) => key.text === 'properties')
    .flatMap(([, value]) => idsWithin(value))
    .filter(([, value]) => canBeText.test(value.type) && !isId(value, symbols))
    .map(([key]) => `${placeOf(template.path, key)} ${key.text}`);
}

const canBeText = /^(string|identifier|\w+_expression)$/;

const propertiesOf = (node: Node | undefined) => (node?.type === 'object' ? properties(node) : []);

function withoutLoop(value: Node | undefined): Node | undefined {
  if (value?.type === 'for_statement') return withoutLoop(bodyOf(value));
  return value?.type === 'if_statement' ? parts(value)[1] : value;
}

function idsWithin(node: Node): readonly [Node, Node][] {
  if (node.type !== 'object') return parts(node).flatMap(idsWithin);
  return properties(node).flatMap(([key, value]): readonly [Node, Node][] => {
    const name = key.text.replaceAll("'", '');
    if (otherIds.includes(name.toLowerCase())) return [];
    return /id$/i.test(name) && !/(uid|UID)$/.test(name) ? [[key, value]] : idsWithin(value);
  });
}

function isId(value: Node, symbols: Symbols): boolean {
  if (namesWithin(value).some(({ text }) => symbols.deployed.has(text))) return true;
  const [first] = parts(value);
  switch (value.type) {
    case 'string':
      return parts(value).every(({ type, text }) => type === 'string_content' && !text.includes('/'));
    case 'call_expression':
      return idFunctions.includes(readCall(value)[0]);
    case 'identifier': {
      const definition = symbols.variables.get(value.text);
      return symbols.parameters.has(value.text) || (definition !== undefined && isId(definition, symbols));
    }
    case 'member_expression':
    case 'subscript_expression':
    case 'parenthesized_expression':
      return first !== undefined && isId(first, symbols);
    default:
      return value.type === 'ternary_expression';
  }
}

/**
 * Places of loops and conditions that the compiler refuses (BCP178, BCP177): the list of a loop and a condition must
 * be known before the deployment begins, so they hold no output of a module and no property of a resource.
 */
export function lateValues(template: Template): readonly string[] {
  const symbols = symbolsOf(template);
  return descendants(template.root)
    .flatMap((node) => parts(node)[{ for_statement: 1, if_statement: 0 }[node.type] ?? -1] ?? [])
    .filter((value) => isLate(value, symbols))
    .map((value) => placeOf(template.path, value));
}

function isLate(value: Node, symbols: Symbols): boolean {
  return namesWithin(value).some((name) => {
    const definition = symbols.variables.get(name.text);
    if (definition) return isLate(definition, symbols);
    return symbols.deployed.has(name.text) && !knownAtStart.includes(memberRead(name.parent));
  });
}

/** The property that is read of a resource; empty where the resource stands for itself. */
function memberRead(reading: Node | null): string {
  if (/^(subscript|resource)_expression$/.test(reading?.type ?? ''))
    return memberRead(reading?.parent ?? null);
  return reading?.type === 'member_expression' ? (parts(reading)[1]?.text ?? '') : '';
}
