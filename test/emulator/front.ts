import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ChangeFeed } from './change-feed.ts';
import { type Answer, readBody, type Sent, send } from './http.ts';
import { idOf, type Operation, playBatch, type State } from './play-batch.ts';
import type { Json, Shape } from './shape.ts';

/**
 * What happens to a request on documents; `lost` is carried out, and nobody is told, and neither is with `hanging`
 * until the caller gives up; 404 is of the container.
 */
export type Fault = 404 | 429 | 449 | 503 | 'lost' | 'hanging' | undefined;

export interface FrontOptions {
  /** The emulator, `http://127.0.0.1:port`. */
  readonly origin: string;
  readonly shape: Shape;
  /** Called for each request on documents. */
  readonly nextFault?: (sent: Sent) => Fault;
}

export interface Front {
  readonly endpoint: string;
  close(): Promise<void>;
}

/**
 * Stands before an emulator and mends what it does otherwise than Cosmos DB: batches that replace, delete, patch or
 * fail, statements with OFFSET, plans of queries, the change feed, and its own address.
 */
export async function startFront({ nextFault = () => undefined, ...emulator }: FrontOptions): Promise<Front> {
  const mended = new Mended(emulator);
  const server = createServer((incoming, response) => {
    answer(mended, incoming, nextFault).then(
      (answered) => respond(response, answered),
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  mended.endpoint = endpoint;
  return {
    endpoint,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(mended: Mended, incoming: IncomingMessage, nextFault: (sent: Sent) => Fault) {
  const { method = 'GET', url: path = '/', headers } = incoming;
  const sent = { method, path, headers, body: await readBody(incoming) };
  const fault = path.includes('/docs') && !isPlan(sent) ? nextFault(sent) : undefined;
  if (typeof fault === 'number') return failure(fault);
  const answered = await mended.answer(sent);
  if (fault === 'hanging') await once(incoming.socket, 'close');
  return typeof fault === 'string' ? undefined : answered;
}

function respond(response: ServerResponse, answered: Answer | undefined): void {
  if (!answered) {
    response.destroy();
    return;
  }
  const { connection: _, 'content-length': __, 'transfer-encoding': ___, ...headers } = answered.headers;
  response.writeHead(answered.status, headers);
  response.end(answered.body);
}

class Mended {
  readonly #origin: string;
  readonly #shape: Shape;
  readonly #batches = new Queue();
  readonly #changes = new ChangeFeed();
  endpoint = '';

  constructor({ origin, shape }: Pick<FrontOptions, 'origin' | 'shape'>) {
    this.#origin = origin;
    this.#shape = shape;
  }

  answer(sent: Sent): Promise<Answer> {
    const { headers, method, path } = sent;
    if (headers['x-ms-cosmos-is-batch-request']) return this.#batches.run(() => this.#batch(sent));
    if (isPlan(sent)) return Promise.resolve(failure(400));
    if (method === 'POST' && headers['x-ms-documentdb-isquery']) return this.#query(sent);
    if (headers['a-im']) return this.#changesIn(sent);
    if (path === '/') return this.#account(sent);
    if (method === 'POST' && path.endsWith('/colls')) return this.#container(sent);
    return method === 'GET' && path.includes('/docs/') ? this.#point(sent) : send(this.#origin, sent);
  }

  /** A composite index serves the opposite of its order too, which the emulator does not know. */
  #container(sent: Sent): Promise<Answer> {
    const definition = JSON.parse(sent.body);
    const indexes: readonly { path: string; order: string }[][] = definition.indexingPolicy.compositeIndexes;
    const opposite = (order: string) => (order === 'ascending' ? 'descending' : 'ascending');
    const turned = indexes.map((index) => index.map(({ path, order }) => ({ path, order: opposite(order) })));
    definition.indexingPolicy.compositeIndexes = [...indexes, ...turned];
    return send(this.#origin, { ...sent, body: JSON.stringify(definition) });
  }

  async #point(sent: Sent): Promise<Answer> {
    const [place, id = ''] = sent.path.split('/docs/');
    const kept = this.#shape.idIn(decodeURIComponent(id), partitionOf(sent));
    const answered = await send(this.#origin, { ...sent, path: `${place}/docs/${encodeURIComponent(kept)}` });
    if (answered.status !== 200) return answered;
    return { ...answered, body: JSON.stringify(this.#shape.give(JSON.parse(answered.body))) };
  }

  /** Reads all documents, between two batches. */
  async #changesIn(sent: Sent): Promise<Answer> {
    const { 'a-im': _, 'if-none-match': __, 'x-ms-max-item-count': ___, ...headers } = sent.headers;
    return this.#batches.run(async () => {
      const whole = await send(this.#origin, { ...sent, headers });
      if (whole.status !== 200) return whole;
      const documents: readonly Json[] = JSON.parse(whole.body).Documents;
      return this.#changes.answer(
        sent,
        documents.map((one) => this.#shape.give(one)),
      );
    });
  }

  async #account(sent: Sent): Promise<Answer> {
    const answered = await send(this.#origin, sent);
    const account = JSON.parse(answered.body);
    for (const location of [...account.writableLocations, ...account.readableLocations]) {
      location.databaseAccountEndpoint = this.endpoint;
    }
    return { ...answered, body: JSON.stringify(account) };
  }

  /**
   * The emulator does not parse OFFSET: it answers with all matches, of which these are cut out. It takes long to
   * sort many by their ids, so they are sorted here.
   */
  async #query(sent: Sent): Promise<Answer> {
    const { query, parameters = [] } = JSON.parse(sent.body);
    const [clause = '', ...names] = /\s*OFFSET (\S+) LIMIT (\S+)$/.exec(query) ?? [];
    const [offset = 0, limit] = names.map((name) => numberOf(name, parameters));
    const { 'x-ms-max-item-count': pageSize, ...headers } = sent.headers;
    // The client pages by ten unless told, one round trip after the other, which only the real database would show.
    if (limit && !(Number(pageSize) >= limit))
      throw new Error(`A query of ${limit} documents pages by ${pageSize}`);
    const ordered = query.slice(0, query.length - clause.length);
    const unordered = ordered.replace(byId, '');
    const whole = await send(this.#origin, {
      ...sent,
      headers: { ...headers, 'x-ms-documentdb-query-enablecrosspartition': 'True' },
      body: JSON.stringify({
        query: this.#shape.statement(unordered),
        parameters,
      }),
    });
    if (whole.status !== 200) return whole;
    const { Documents: all, ...rest } = JSON.parse(whole.body);
    if (unordered !== ordered) all.sort((a: Json, b: Json) => (String(a.id) < String(b.id) ? -1 : 1));
    const documents = all
      .slice(offset, limit && offset + limit)
      .map((one: unknown) => (typeof one === 'object' ? this.#shape.give(one as Json) : one));
    return { ...whole, body: JSON.stringify({ ...rest, Documents: documents, _count: documents.length }) };
  }

  async #batch(sent: Sent): Promise<Answer> {
    const operations: readonly Operation[] = JSON.parse(sent.body);
    if (operations.length > 100) return failure(400);
    if (sent.body.length > 2_097_152) return failure(413);
    const before = await this.#read(sent, [...new Set(operations.map(idOf))]);
    const played = playBatch(before, operations);
    if ('index' in played) {
      const results = operations.map((_, index) => (index === played.index ? played.statusCode : 424));
      return multiStatus(207, results);
    }
    const written = await this.#operate(sent, this.#writes(before, played.after));
    const failed = JSON.parse(written.body).find(({ statusCode }: Result) => statusCode >= 400);
    if (failed) throw new Error(`The emulator refuses what was checked: ${written.body}`);
    this.#changes.note(sent.path, partitionOf(sent), played.after.keys());
    const statuses = { Create: 201, Delete: 204 } as Readonly<Record<string, number>>;
    return multiStatus(
      200,
      operations.map(({ operationType }) => statuses[operationType] ?? 200),
    );
  }

  async #read(sent: Sent, ids: readonly string[]): Promise<State> {
    const reads = ids.map((id) => ({ operationType: 'Read', id }));
    const answered = await this.#operate(sent, reads);
    const results: readonly Result[] = JSON.parse(answered.body);
    return new Map(
      results.flatMap(({ resourceBody, statusCode }, n) =>
        resourceBody && statusCode < 400 ? [[ids[n] ?? '', this.#shape.give(resourceBody)]] : [],
      ),
    );
  }

  /** The emulator looks for the partition key in each operation, where the SDK does not write it. */
  #operate(sent: Sent, operations: readonly Operation[]): Promise<Answer> {
    const partitionKey = sent.headers['x-ms-documentdb-partitionkey'];
    const headers = { ...sent.headers, 'x-ms-cosmos-batch-continue-on-error': 'True' };
    const named = operations.map((operation) => ({
      ...operation,
      partitionKey,
      ...(operation.id !== undefined && { id: this.#shape.idIn(operation.id, partitionOf(sent)) }),
    }));
    const body = JSON.stringify(named);
    return send(this.#origin, { ...sent, headers, body });
  }

  /** What leads from one state to the other, one operation for each document. */
  #writes(before: State, after: State): readonly Operation[] {
    const ids = [...new Set([...before.keys(), ...after.keys()])];
    return ids.flatMap((id): Operation[] => {
      const [old, document] = [before.get(id), after.get(id)];
      if (old === document) return [];
      if (!document) return [{ operationType: 'Delete', id }];
      const operationType = old ? 'Replace' : 'Create';
      return [{ operationType, id, resourceBody: this.#shape.keep(document) }];
    });
  }
}

/** The order of documents that are equal but for their ids. */
const byId =
  /\s*ORDER BY c\["tenantId"\] ASC, c\["kind"\] ASC,(?: c\["(?:group|user)"\] ASC,)? c\["id"\] ASC$/;

interface Result {
  readonly statusCode: number;
  readonly resourceBody?: Json;
}

/** Batches one after the other, since each is checked before it is written. */
class Queue {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#last.then(work);
    this.#last = next.catch(() => undefined);
    return next;
  }
}

const isPlan = ({ headers }: Sent) => headers['x-ms-cosmos-is-query-plan-request'] !== undefined;

/** The tenant, as the SDK names the partition: `["…"]`. */
function partitionOf({ headers }: Sent): string {
  return JSON.parse(String(headers['x-ms-documentdb-partitionkey'] ?? '[""]'))[0];
}

function numberOf(name: string, parameters: readonly { name: string; value: unknown }[]): number {
  return Number(name.startsWith('@') ? parameters.find((one) => one.name === name)?.value : name);
}

const json = { 'content-type': 'application/json', 'x-ms-request-charge': '1' };

function multiStatus(status: number, statusCodes: readonly number[]): Answer {
  const results = statusCodes.map((statusCode) => ({ statusCode, requestCharge: 1 }));
  return { status, headers: json, body: JSON.stringify(results) };
}

function failure(status: number): Answer {
  const details = { 404: { 'x-ms-substatus': '1003' }, 429: { 'x-ms-retry-after-ms': '5' } };
  const headers = { ...json, ...details[status as keyof typeof details] };
  return {
    status,
    headers,
    body: JSON.stringify({ code: String(status), message: `Answered with ${status}` }),
  };
}
