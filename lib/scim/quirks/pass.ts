import type { AttrPath } from '../filter/ast.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { Attribute, ResourceType } from '../schema/attribute.ts';
import type { Comparison, HookName, Quirk, QuirkWith, RewrittenOperation, ValueRemoval } from './quirk.ts';

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
