import type { AttrPath, Filter } from '../filter/ast.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { Attribute, ResourceType } from '../schema/attribute.ts';

/** The clients whose deviations are known; `strict` has none (RFC 7644 as written). */
export const clientProfiles = [
  'entra',
  'okta',
  'onelogin',
  'jumpcloud',
  'authentik',
  'google',
  'strict',
] as const;
/** Who provisions a tenant. */
export type ClientProfile = (typeof clientProfiles)[number];

/** The part of a filter that holds an attribute against a value. */
export type Comparison = Extract<Filter, { kind: 'compare' }>;

/** A `remove` of a whole multi-valued attribute that yet carries values; RFC 7644 3.5.2.2 ignores them. */
export interface ValueRemoval {
  readonly path: AttrPath;
  readonly attribute: Attribute;
  readonly values: readonly JsonValue[];
}

/** A PATCH operation as the core reads it. */
export interface RewrittenOperation {
  readonly op: 'add' | 'remove';
  readonly path?: string;
  readonly value?: JsonValue;
}

/** What a row looks at; each returns the very thing it was given when its deviation is not there. */
interface Hooks {
  /** One PATCH operation as it arrived. */
  readonly operation: (operation: JsonObject) => JsonObject;
  /** An attribute path: of a PATCH operation, of a filter, or the name of a property. */
  readonly path: (path: AttrPath, type: ResourceType) => AttrPath;
  /** A resource, or the value of a PATCH operation without path. */
  readonly resource: (resource: JsonObject, type: ResourceType) => JsonObject;
  /** The value of an attribute or sub-attribute, wherever it arrives; `null` leaves it unassigned. */
  readonly value: (value: JsonValue, attribute: Attribute) => JsonValue;
  /** Runs when the values are normalised. */
  readonly removal: (removal: ValueRemoval) => RewrittenOperation | undefined;
  /** A comparison in a filter or in a PATCH path, with the attribute that it compares. */
  readonly comparison: (comparison: Comparison, attribute: Attribute) => Comparison;
  /** Values without quotes in a filter. */
  readonly bareWords: true;
}

/** Where a deviation can be taken back. */
type HookName = keyof Hooks;

interface Deviation {
  readonly id: string;
  readonly clients: readonly Exclude<ClientProfile, 'strict'>[];
  /** What the client sends. */
  readonly deviation: string;
  /** What the core is given instead. */
  readonly normalisation: string;
  /** The public source of the deviation. */
  readonly evidence: string;
}

/** A deviation that is taken back at this place. */
type QuirkWith<Name extends HookName> = Deviation & Pick<Hooks, Name>;
/** One deviation from the RFCs with the one hook that takes it back. */
export type Quirk = { [Name in HookName]: QuirkWith<Name> }[HookName];

/** The rows of one client, by what they look at. */
export type Rows = { readonly [Name in HookName]: readonly QuirkWith<Name>[] };

/** Sorts the rows of one client by their hook, in the order of the table. */
export function sortRows(quirks: readonly Quirk[]): Rows {
  return {
    operation: quirks.filter((row) => 'operation' in row),
    path: quirks.filter((row) => 'path' in row),
    resource: quirks.filter((row) => 'resource' in row),
    value: quirks.filter((row) => 'value' in row),
    removal: quirks.filter((row) => 'removal' in row),
    comparison: quirks.filter((row) => 'comparison' in row),
    bareWords: quirks.filter((row) => 'bareWords' in row),
  };
}

/** One run of a client's rows over one message; it remembers the rows that fired. */
export class Pass {
  readonly type: ResourceType;
  readonly fired = new Set<string>();
  readonly #rows: Rows;

  constructor(type: ResourceType, rows: Rows) {
    this.type = type;
    this.#rows = rows;
  }

  operation(operation: JsonObject): JsonObject {
    return this.#run(this.#rows.operation, operation, (row, before) => row.operation(before));
  }

  path(path: AttrPath): AttrPath {
    return this.#run(this.#rows.path, path, (row, before) => row.path(before, this.type));
  }

  resource(resource: JsonObject): JsonObject {
    return this.#run(this.#rows.resource, resource, (row, before) => row.resource(before, this.type));
  }

  value(value: JsonValue, attribute: Attribute): JsonValue {
    return this.#run(this.#rows.value, value, (row, before) => row.value(before, attribute));
  }

  comparison(comparison: Comparison, attribute: Attribute): Comparison {
    return this.#run(this.#rows.comparison, comparison, (row, before) => row.comparison(before, attribute));
  }

  /** `undefined` when the removal stays as it is. */
  removal(removal: ValueRemoval): RewrittenOperation | undefined {
    return this.#run<QuirkWith<'removal'>, RewrittenOperation | undefined>(
      this.#rows.removal,
      undefined,
      (row, before) => before ?? row.removal(removal),
    );
  }

  #run<Row extends Quirk, T>(rows: readonly Row[], given: T, apply: (row: Row, before: T) => T): T {
    let value = given;
    for (const row of rows) {
      const before = value;
      value = apply(row, before);
      if (value !== before) this.fired.add(row.id);
    }
    return value;
  }
}
