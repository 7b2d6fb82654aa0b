import type { Run } from './run.ts';

/** A reference of one resource to another, to be checked by a query. */
export interface Reference {
  readonly type: 'User' | 'Group';
  readonly id: string;
  readonly value: string;
}

const attributeOf = { User: 'manager', Group: 'members' } as const;

/** Queries as Entra ID does, with the clauses in either order, and expects one resource or none. */
export async function expectReference(run: Run, reference: Reference, holds: boolean): Promise<void> {
  const { type, id, value } = reference;
  const name = attributeOf[type];
  const times = (run.directory.asked.get(id) ?? 0) + 1;
  run.directory.asked.set(id, times);
  const clauses = run.random('clauses', times).shuffle([`id eq "${id}"`, `${name} eq "${value}"`]);
  const kind = `GET /${type}s?filter=id eq and ${name} eq`;
  const listed = await run.requests.query(kind, type, { filter: clauses.join(' and '), attributes: 'id' });
  if (!listed) return;
  const got = listed.resources.map((resource) => resource.id ?? null);
  if (JSON.stringify(got) !== JSON.stringify(holds ? [id] : [])) {
    const state = holds ? 'holds' : 'does not hold';
    listed.verdict.differs(
      `${holds ? 'that' : 'no'} ${type.toLowerCase()}, since the reference ${state}`,
      got,
    );
  }
}
