type Json = Readonly<Record<string, unknown>>;

/** An operation of a transactional batch as the SDK sends it. */
export interface Operation {
  readonly operationType: string;
  readonly id?: string;
  readonly ifMatch?: string;
  readonly resourceBody?: Json;
}

export type State = ReadonlyMap<string, Json>;

/** The documents after a batch, or the first operation that fails and how. */
export type Played = { readonly after: State } | { readonly index: number; readonly statusCode: number };

const patchOperationsMax = 10;

export function idOf({ id, resourceBody }: Operation): string {
  return id ?? String(resourceBody?.id);
}

/** Plays a batch as Cosmos DB does: each operation upon those before it, all of them or none. */
export function playBatch(before: State, operations: readonly Operation[]): Played {
  const after = new Map(before);
  for (const [index, operation] of operations.entries()) {
    const id = idOf(operation);
    const outcome = play(after.get(id), operation);
    if (typeof outcome === 'number') return { index, statusCode: outcome };
    if (outcome) after.set(id, outcome);
    else after.delete(id);
  }
  return { after };
}

/** The document after the operation, undefined when it deletes it, or the status of its failure. */
function play(document: Json | undefined, operation: Operation): Json | undefined | number {
  const { operationType, resourceBody = {}, ifMatch } = operation;
  if (operationType === 'Create') return document ? 409 : resourceBody;
  if (!document) return 404;
  // What the batch itself has written has an entity tag that nobody can know.
  if (ifMatch !== undefined && document._etag !== ifMatch) return 412;
  switch (operationType) {
    case 'Replace':
      return resourceBody;
    case 'Delete':
      return undefined;
    case 'Patch':
      return holds(document, resourceBody.condition) ? patch(document, resourceBody.operations) : 412;
    default:
      return 400;
  }
}

/** Evaluates a condition of the one form that the store writes. */
function holds(document: Json, condition: unknown): boolean {
  if (condition === undefined) return true;
  const form = /\(\((true|false) AND NOT IS_DEFINED\(c\["(\w+)"\]\)\) OR c\["\w+"\] <= (-?\d+)\)/g;
  const terms = [...String(condition).matchAll(form)];
  if (`FROM c WHERE ${terms.map(([term]) => term).join(' AND ')}` !== condition) {
    throw new Error(`The front does not know the condition ${condition}`);
  }
  return terms.every(([, whenAbsent, name = '', most]) =>
    document[name] === undefined ? whenAbsent === 'true' : Number(document[name]) <= Number(most),
  );
}

function patch({ _etag, ...document }: Json, operations: unknown): Json | number {
  if (!Array.isArray(operations) || operations.length === 0 || operations.length > patchOperationsMax)
    return 400;
  const patched: Record<string, unknown> = { ...document };
  for (const { op, path, value } of operations) {
    const name = String(path).slice(1).replaceAll('~1', '/').replaceAll('~0', '~');
    if (op === 'set') patched[name] = value;
    else if (op !== 'incr' || typeof (patched[name] ?? 0) !== 'number') return 400;
    else patched[name] = Number(patched[name] ?? 0) + value;
  }
  return patched;
}
