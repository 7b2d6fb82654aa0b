import type { Fault, Resource } from './stand-in.ts';

type Operation = Readonly<Record<string, unknown>>;
type Values = Record<string, unknown>;

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** Applies one operation in any of the shapes that Entra ID's client writes. */
export function applyOperation(resource: Resource, operation: Operation, faults: ReadonlySet<Fault>): void {
  const op = String(operation.op).toLowerCase();
  const { path, value } = operation;
  if (path === undefined) {
    for (const [name, part] of Object.entries(value as Values))
      set(resource, { path: name, value: part, faults });
  } else if (String(path).startsWith('members')) {
    resource.members = members(resource, { op, path: String(path), value, faults });
  } else if (path === 'roles') {
    const known = op === 'add' ? elements(resource, 'roles') : [];
    const isNew = (role: Values): boolean => !known.some((other) => other.value === role.value);
    resource.roles = [...known, ...(value as Values[]).filter(isNew)];
  } else {
    set(resource, { path: String(path), value, faults });
  }
}

interface Part {
  readonly path: string;
  readonly value: unknown;
  readonly faults: ReadonlySet<Fault>;
}

function elements(resource: Resource, name: string): Values[] {
  const known = resource[name];
  return Array.isArray(known) ? known : [];
}

function members(resource: Resource, part: Part & { op: string }): Values[] {
  const known = elements(resource, 'members');
  const named = /"(.+)"/.exec(part.path)?.[1];
  const values = named === undefined ? (part.value as Values[]).map(({ value }) => value) : [named];
  const others = known.filter(({ value }) => !values.includes(value));
  if (part.op === 'add') return [...others, ...values.map((value) => ({ value, type: 'User' }))];
  return part.faults.has('wipes group on value-carrying remove') && named === undefined ? [] : others;
}

function set(resource: Resource, part: Part): void {
  const { path, value, faults } = part;
  const element = /^(\w+)\[(\w+) eq "([^"]*)"\]\.(\w+)$/.exec(path);
  const dotted = /^(\w+)\.(\w+)$/.exec(path);
  if (element) setInElement(resource, element, part);
  else if (path === 'manager' || path === `${enterprise}:manager`) setManager(resource, value, faults);
  else if (path.startsWith(`${enterprise}:`))
    setIn(resource, enterprise, [path.slice(enterprise.length + 1), value]);
  else if (dotted) setIn(resource, dotted[1] ?? '', [dotted[2] ?? '', value]);
  else if (path === 'active') resource.active = value === true || value === 'True';
  else resource[path] = value;
}

function setIn(resource: Resource, parent: string, [name, value]: readonly [string, unknown]): void {
  resource[parent] = { ...(resource[parent] as Values | undefined), [name]: value };
}

function setManager(resource: Resource, value: unknown, faults: ReadonlySet<Fault>): void {
  const [first] = Array.isArray(value) ? value : [value];
  const id = typeof first === 'string' ? first : first.value;
  if (faults.has('loses managers') && id !== '') return;
  const { manager, ...rest } = (resource[enterprise] ?? {}) as Values;
  resource[enterprise] = id === '' ? rest : { ...rest, manager: { value: id } };
}

function setInElement(resource: Resource, match: RegExpExecArray, { value, faults }: Part): void {
  const [, name = '', key = '', wanted = '', sub = ''] = match;
  const selected = key === 'primary' ? true : wanted;
  const known = elements(resource, name);
  const found = known.find((element) => element[key] === selected);
  if (found) found[sub] = value;
  else if (!faults.has('ignores missing elements')) {
    resource[name] = [...known, { [key]: selected, [sub]: value }];
  }
}
