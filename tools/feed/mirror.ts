import type { FeedEvent } from '../../lib/feed/events.ts';
import type { SnapshotRow } from '../../lib/feed/snapshot.ts';

/** The tables of a consumer: versions of objects by `user/ID` and the like, and memberships by both ids. */
export interface Tables {
  /** The JSON of an object, or a text for a membership. */
  get(key: string): string | undefined;
  put(key: string, value: string): void;
  remove(key: string): void;
  /** Every key that has the text as one of its parts between slashes. */
  keysWith(part: string): readonly string[];
}

/** The memberships of a type of object, by the type of its rows. */
const memberships: Readonly<Record<string, string>> = { group: 'member', team: 'team-member' };

/** Applies an event to the tables of a consumer, as `docs/events.md` asks for. To apply it again changes nothing. */
export function applyEvent(tables: Tables, { type, subject, data }: FeedEvent): void {
  const [kind = ''] = type.split('.');
  const id = subject.slice(subject.indexOf('/') + 1);
  const { object, added = [], removed = [] } = data;
  if (object === null || type.endsWith('.deleted')) forget(tables, kind, id);
  if (object) putObject(tables, kind, object);
  for (const member of added) tables.put(`${memberships[kind]}/${id}/${member}`, '');
  for (const member of removed) tables.remove(`${memberships[kind]}/${id}/${member}`);
}

/** Applies a row of a snapshot, and yields the key that the snapshot names. */
export function applyRow(tables: Tables, row: SnapshotRow): string {
  switch (row.type) {
    case 'member':
    case 'team-member': {
      const [holder, member] = row.type === 'member' ? [row.group, row.member] : [row.team, row.account];
      const key = `${row.type}/${holder}/${member}`;
      tables.put(key, '');
      return key;
    }
    default:
      return putObject(tables, row.type, row.object);
  }
}

/** Puts an object unless the tables have a newer version of it. */
function putObject(tables: Tables, kind: string, object: { readonly version: number }): string {
  const key = `${kind}/${(object as { id?: unknown }).id}`;
  const known = tables.get(key);
  if (known === undefined || JSON.parse(known).version <= object.version)
    tables.put(key, JSON.stringify(object));
  return key;
}

/** Removes an object and the memberships that name it. */
function forget(tables: Tables, kind: string, id: string): void {
  const ending = kind === 'account' || kind === 'team' ? 'team-member/' : 'member/';
  for (const key of tables.keysWith(id))
    if (key === `${kind}/${id}` || key.startsWith(ending)) tables.remove(key);
}
