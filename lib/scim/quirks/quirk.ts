import type { AttrPath, Filter } from '../filter/ast.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { Attribute, ResourceType } from '../schema/attribute.ts';

/** The clients with known deviations, and `generic` for a client without a profile of its own. */
const tolerantProfiles = [
  'entra',
  'okta',
  'onelogin',
  'jumpcloud',
  'authentik',
  'google',
  'generic',
] as const;
type TolerantProfile = (typeof tolerantProfiles)[number];

/**
 * The profiles. With `interop`, the client must follow the interoperability profile
 * (draft-zollner-scim-interop-profile), with `ipsie` the account lifecycle profile of OpenID IPSIE, and with `rfc` RFC
 * 7643, 7644 and 9865. None of the three tolerates a deviation.
 */
export const clientProfiles = [...tolerantProfiles, 'interop', 'rfc', 'ipsie'] as const;
/** The client that provisions a tenant. */
export type ClientProfile = (typeof clientProfiles)[number];

/** A comparison of an attribute with a value, in a filter. */
export type Comparison = Extract<Filter, { kind: 'compare' }>;

/** A `remove` of a whole multi-valued attribute that carries values, which RFC 7644 3.5.2.2 ignores. */
export interface ValueRemoval {
  readonly path: AttrPath;
  readonly attribute: Attribute;
  readonly values: readonly JsonValue[];
}

/** The operation that replaces a removal. */
export interface RewrittenOperation {
  readonly op: 'remove';
  readonly path?: string;
  readonly value?: JsonValue;
}

/** The corrections that rows can make. Each returns its argument itself if there is nothing to correct. */
interface Hooks {
  /** Rewrites the message of a PATCH, before all other rows. */
  readonly message: (message: JsonObject) => JsonObject;
  /** Rewrites a PATCH operation, before the rows for its path and value. */
  readonly operation: (operation: JsonObject) => JsonObject;
  /** Rewrites an attribute path: of a PATCH operation, of a filter, or the name of a property. */
  readonly path: (path: AttrPath, type: ResourceType) => AttrPath;
  /** Rewrites a resource, or the value of a PATCH operation without a path. */
  readonly resource: (resource: JsonObject, type: ResourceType) => JsonObject;
  /** Rewrites the value of an attribute or sub-attribute, in a resource or in a PATCH; `null` makes it unassigned. */
  readonly value: (value: JsonValue, attribute: Attribute) => JsonValue;
  /** Rewrites a removal with values, after its values; `undefined` if it stays as it is. */
  readonly removal: (removal: ValueRemoval) => RewrittenOperation | undefined;
  /** Rewrites a comparison in a filter or in a PATCH path, given the compared attribute. */
  readonly comparison: (comparison: Comparison, attribute: Attribute) => Comparison;
  /** Marks a row that allows values without quotation marks in a filter. */
  readonly bareWords: true;
}

/** The kind of a row. */
type HookName = keyof Hooks;

interface Deviation {
  readonly id: string;
  readonly clients: readonly TolerantProfile[];
  /** Names of the attributes and sub-attributes whose values and comparisons the row corrects; all without it. */
  readonly attributes?: readonly string[];
  /** Describes the deviation in the request. */
  readonly deviation: string;
  /** Describes the corrected request. */
  readonly normalisation: string;
  /** The public source of the deviation. */
  readonly evidence: string;
}

/** A deviation and its correction of one kind. */
type QuirkWith<Name extends HookName> = Deviation & Pick<Hooks, Name>;
/** A row of the table: one deviation from the RFCs with its one correction. */
export type Quirk = { [Name in HookName]: QuirkWith<Name> }[HookName];

/** The rows of one client, by kind. */
export type Rows = { readonly [Name in HookName]: readonly QuirkWith<Name>[] };

/** Groups the rows of one client by kind, each group in the order of the table. */
export function sortRows(quirks: readonly Quirk[]): Rows {
  return {
    message: quirks.filter((row) => 'message' in row),
    operation: quirks.filter((row) => 'operation' in row),
    path: quirks.filter((row) => 'path' in row),
    resource: quirks.filter((row) => 'resource' in row),
    value: quirks.filter((row) => 'value' in row),
    removal: quirks.filter((row) => 'removal' in row),
    comparison: quirks.filter((row) => 'comparison' in row),
    bareWords: quirks.filter((row) => 'bareWords' in row),
  };
}

/** Applies the rows of a client to one message, and remembers the rows that changed it. */
export class Pass {
  readonly type: ResourceType;
  readonly fired = new Set<string>();
  readonly #rows: Rows;

  constructor(type: ResourceType, rows: Rows) {
    this.type = type;
    this.#rows = rows;
  }

  message(message: JsonObject): JsonObject {
    return this.#run(this.#rows.message, message, (row, before) => row.message(before));
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
    return this.#run(this.#rows.value, value, (row, before) =>
      concerns(row, attribute) ? row.value(before, attribute) : before,
    );
  }

  comparison(comparison: Comparison, attribute: Attribute): Comparison {
    return this.#run(this.#rows.comparison, comparison, (row, before) =>
      concerns(row, attribute) ? row.comparison(before, attribute) : before,
    );
  }

  /** Returns `undefined` if the removal stays as it is. */
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

function concerns({ attributes }: Deviation, { name }: Attribute): boolean {
  return attributes === undefined || attributes.includes(name);
}
