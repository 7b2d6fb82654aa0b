import type { CompValue } from '../../scim/filter/ast.ts';
import type { Condition, Path } from '../../scim/filter/condition.ts';
import { exactEquality, isIdPath } from '../choose-index.ts';
import type { Drain, DueRange, Order, Query } from '../document-store.ts';
import { orderRank } from '../indexes.ts';
import { sqlCondition, sqlPath } from './condition.ts';
import { equalityPaths, sortKeyOf } from './containers.ts';

/** A statement and the values of its parameters. Its text holds no value from a caller. */
export interface Statement {
  readonly query: string;
  readonly parameters: { name: string; value: string | number | boolean | null }[];
}

/** Writes a page of a query as Cosmos SQL. It asks for one more document, to see if more matches follow. */
export function planQuery(query: Query): Statement {
  const { kind, where, order, offset = 0, limit } = query;
  const statement = new Terms(query);
  const columns = order ? orderColumns(order) : idColumns(kind, where);
  statement.behind(order, query.after);
  const page = `OFFSET ${statement.bind(offset)} LIMIT ${statement.bind(limit + 1)}`;
  return statement.of('*', `ORDER BY ${columns} ${page}`);
}

/** Writes a count as Cosmos SQL. Each page of the answer has a number, and their sum is the count. */
export function planCount(query: Pick<Query, 'tenantId' | 'kind' | 'where'>): Statement {
  return new Terms(query).of('VALUE COUNT(1)', '');
}

/** Writes the query of due documents, in one partition or in all, as Cosmos SQL. */
export function planDue(kinds: readonly string[], { before, limit, tenantId }: DueRange): Statement {
  const names = kinds.map((_, position) => `@kind${position}`);
  const within = tenantId === undefined ? '' : 'c.tenantId = @tenant AND ';
  const where = `${within}c.kind IN (${names.join(', ')}) AND c.due <= @before`;
  return {
    query: `SELECT * FROM c WHERE ${where} ORDER BY c.due OFFSET 0 LIMIT @limit`,
    parameters: [
      ...(tenantId === undefined ? [] : [{ name: '@tenant', value: tenantId }]),
      ...names.map((name, position) => ({ name, value: kinds[position] ?? '' })),
      { name: '@before', value: before },
      { name: '@limit', value: limit },
    ],
  };
}

/** Writes the query for the ids of a partition's documents to remove as Cosmos SQL. */
export function planDrain({ tenantId, except }: Drain, limit: number): Statement {
  const others = except === undefined ? '' : 'AND c.kind != @except ';
  return {
    query: `SELECT c.id FROM c WHERE c.tenantId = @tenant ${others}OFFSET 0 LIMIT @limit`,
    parameters: [
      { name: '@tenant', value: tenantId },
      ...(except === undefined ? [] : [{ name: '@except', value: except }]),
      { name: '@limit', value: limit },
    ],
  };
}

/** Collects the conditions that all documents of an answer satisfy. */
class Terms {
  readonly #terms: string[] = [];
  readonly #parameters: Statement['parameters'] = [];

  constructor({ tenantId, kind, where }: Pick<Query, 'tenantId' | 'kind' | 'where'>) {
    // The statement names the partition too, because some engines ignore the option of the request.
    this.#terms.push(`c.tenantId = ${this.bind(tenantId)}`, `c.kind = ${this.bind(kind)}`);
    if (where) this.#terms.push(sqlCondition(where, 'c', (value) => this.bind(value)));
  }

  bind(value: CompValue): string {
    const name = `@p${this.#parameters.length}`;
    this.#parameters.push({ name, value });
    return name;
  }

  behind(order: Order | undefined, id: string | undefined): void {
    if (!order && id !== undefined) this.#terms.push(`c.id > ${this.bind(id)}`);
    if (order?.startsWith !== undefined) this.#beginning(order.path, orderRank(order.startsWith));
    if (!order?.after) return;
    const { path, descending, after } = order;
    const beyond = descending ? '<' : '>';
    if (isIdPath(path)) {
      this.#terms.push(`c.id ${beyond} ${this.bind(after.id)}`);
      return;
    }
    const key = sqlPath('c', sortKeyOf(path));
    const rank = this.bind(rankIn(path, after.text));
    const further = `(${key} ${beyond} ${rank} OR (${key} = ${rank} AND c.id > ${this.bind(after.id)}))`;
    this.#terms.push(`${key} ${beyond}= ${rank}`, further);
  }

  /** Selects the ranks that begin with another one. None has a character as high as `~`. */
  #beginning(path: Path, rank: string): void {
    const key = sqlPath('c', sortKeyOf(path));
    this.#terms.push(`${key} >= ${this.bind(rank)}`, `${key} < ${this.bind(`${rank}~`)}`);
  }

  of(selection: string, rest: string): Statement {
    const query = `SELECT ${selection} FROM c WHERE ${this.#terms.join(' AND ')} ${rest}`.trimEnd();
    return { query, parameters: this.#parameters };
  }
}

/** The value that a text sorts by: a time itself, or the stored rank of any other text. */
function rankIn(path: Path, text: string | null): string | null {
  return path[0] === 'order' ? orderRank(text) : text;
}

/** The order by id. It follows a composite index, which begins with paths that are equal in all of the documents. */
function idColumns(kind: string, where: Condition | undefined): string {
  const terms = where?.kind === 'and' ? where.conditions : where ? [where] : [];
  const paths = equalityPaths(kind);
  const equal = terms.map((term) => exactEquality(oneValue(term), paths)).find((term) => term !== undefined);
  return columns([['tenantId'], ['kind'], ...(equal ? [equal.path] : []), ['id']], 'ASC');
}

function oneValue(term: Condition): Condition {
  const [value, other] = term.kind === 'in' ? term.values : [];
  if (term.kind !== 'in' || value === undefined || other !== undefined) return term;
  return { kind: 'compare', path: term.path, op: 'eq', value };
}

function orderColumns({ path, descending }: Order): string {
  if (isIdPath(path)) return columns([['tenantId'], ['kind'], ['id']], descending ? 'DESC' : 'ASC');
  const key = `${sqlPath('c', sortKeyOf(path))} ${descending ? 'DESC' : 'ASC'}`;
  return `${columns([['tenantId'], ['kind']], 'ASC')}, ${key}, ${sqlPath('c', ['id'])} ASC`;
}

function columns(paths: readonly Path[], direction: 'ASC' | 'DESC'): string {
  return paths.map((path) => `${sqlPath('c', path)} ${direction}`).join(', ');
}
