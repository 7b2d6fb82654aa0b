import { type AccountDocument, documentId as accountKey, accountKind } from '../accounts/account.ts';
import { type AccountScope, accountPartition } from '../accounts/scope.ts';
import { type TeamMember, teamIdOf, teamMemberKind } from '../accounts/team-members.ts';
import { type TeamDocument, teamKey, teamKind, teamPartition } from '../accounts/teams.ts';
import { feedLimits } from '../base/feed-limits.ts';
import { type MemberDocument, memberKind } from '../directory/members/memberships.ts';
import type { ResourceDocument } from '../directory/resource-document.ts';
import { kindOf } from '../directory/scope.ts';
import { groupType } from '../scim/schema/resource-types.ts';
import type { Document, DocumentKey, Partition } from '../store/document-store.ts';
import {
  openSnapshotPlace,
  requireContinued,
  type SnapshotPlace,
  sealPlace,
  sealSnapshotPlace,
} from './cursors.ts';
import { addressesOf, type FeedServices } from './feed.ts';
import { accountObject, type EventObject, resourceObject, teamObject } from './objects.ts';
import { readHead } from './stamp.ts';

/** The types of a snapshot's rows, in their order. Objects come before the memberships that name them. */
export const rowTypes = ['user', 'group', 'account', 'team', 'member', 'team-member'] as const;

/** One row of a snapshot: an object as events show it, or a membership by its ids. */
export type SnapshotRow =
  | { readonly type: 'user' | 'group' | 'account' | 'team'; readonly object: EventObject }
  | { readonly type: 'member'; readonly group: string; readonly member: string }
  | { readonly type: 'team-member'; readonly team: string; readonly account: string };

/** A page of a snapshot. The last one has the cursor of the feed at which the snapshot began in place of `next`. */
export interface SnapshotPage {
  readonly rows: readonly SnapshotRow[];
  readonly next?: string;
  readonly cursor?: string;
}

/** The documents of one type of row, and the rows of some of them, `undefined` for a membership that is ending. */
interface Source {
  readonly partition: Partition;
  readonly kind: string;
  readonly rowsOf: (documents: readonly Document[]) => Promise<readonly (SnapshotRow | undefined)[]>;
}

/**
 * Reads a page of all that a tenant has now. It shows each row as it is when the page is read. Changes since the
 * beginning are in the feed behind the cursor.
 *
 * Rejects with ScimError `cursorGone` if the feed was restored since the first page, and `invalidValue` if `after` is
 * not of this snapshot.
 */
export async function readSnapshot(
  services: FeedServices,
  scope: AccountScope,
  { after, limit = feedLimits.eventsPerPageMax }: { after?: string | undefined; limit?: number },
): Promise<SnapshotPage> {
  const { sealer } = services;
  const feed = scope.directory.tenantId;
  const place = after === undefined ? await begin(services, feed) : await goOn(services, feed, after);
  const { rows, next } = await readRows(scope, place, limit);
  if (next) return { rows, next: await sealSnapshotPlace(sealer, feed, next) };
  return { rows, cursor: await sealPlace(sealer, feed, place.begun) };
}

/** Takes the place in the feed before anything is read, so that every later change is behind it. */
async function begin({ store, stampWaiting }: FeedServices, feed: string): Promise<SnapshotPlace> {
  await stampWaiting(feed);
  const { generation = '', sequence = 0 } = (await readHead(store, feed)) ?? {};
  return { begun: { generation, sequence }, source: 0 };
}

async function goOn(services: FeedServices, feed: string, after: string): Promise<SnapshotPlace> {
  const place = await openSnapshotPlace(services.sealer, feed, after);
  const snapshotUrl = `${addressesOf(services, feed).api}/snapshot`;
  requireContinued(place.begun, await readHead(services.store, feed), snapshotUrl);
  return place;
}

async function readRows(
  scope: AccountScope,
  place: SnapshotPlace,
  limit: number,
): Promise<{ rows: readonly SnapshotRow[]; next?: SnapshotPlace }> {
  const sources = sourcesOf(scope);
  const rows: SnapshotRow[] = [];
  let bytes = 0;
  let { source, after } = place;
  for (let read = 0; source < sources.length; [source, after] = [source + 1, undefined]) {
    const { partition, kind, rowsOf } = sources[source] as Source;
    const page = await scope.directory.store.query({ ...partition, kind, after, limit: limit - read });
    const found = await rowsOf(page.documents.map(({ document }) => document));
    for (const [index, row] of found.entries()) {
      bytes += row ? Buffer.byteLength(JSON.stringify(row)) : 0;
      if (read > 0 && bytes > feedLimits.eventPageBytesMax)
        return { rows, next: { ...place, source, after } };
      if (row) rows.push(row);
      after = page.documents[index]?.document.id;
      read += 1;
    }
    if (page.more || read >= limit) return { rows, next: { ...place, source, after } };
  }
  return { rows };
}

function sourcesOf(scope: AccountScope): readonly Source[] {
  const { userType } = scope;
  const inUsers = accountPartition(scope);
  const inGroups = teamPartition(scope);
  const objects =
    (type: 'user' | 'group' | 'account' | 'team', objectOf: (document: never) => EventObject | null) =>
    async (documents: readonly Document[]): Promise<readonly SnapshotRow[]> =>
      documents.map((document) => ({ type, object: objectOf(document as never) as EventObject }));
  const user = { partition: inUsers, kind: kindOf(userType) };
  const group = { partition: inGroups, kind: kindOf(groupType) };
  const account = { partition: inUsers, kind: accountKind };
  const team = { partition: inGroups, kind: teamKind };
  return [
    { ...user, rowsOf: objects('user', (one: ResourceDocument) => resourceObject(one)) },
    { ...group, rowsOf: objects('group', (one: ResourceDocument) => resourceObject(one)) },
    { ...account, rowsOf: objects('account', (one: AccountDocument) => accountObject(one)) },
    { ...team, rowsOf: objects('team', (one: TeamDocument) => teamObject(scope, teamIdIn(one), one)) },
    {
      ...{ partition: inGroups, kind: memberKind },
      rowsOf: (documents) =>
        ofPresent(scope, documents as readonly MemberDocument[], {
          rowOf: ({ group, user: member }) => ({ type: 'member', group, member }),
          endsOf: ({ group: id, user: member, type }) => [
            { ...group.partition, kind: group.kind, id },
            {
              ...(type === 'User' ? inUsers : inGroups),
              kind: type === 'User' ? user.kind : group.kind,
              id: member,
            },
          ],
        }),
    },
    {
      ...{ partition: inGroups, kind: teamMemberKind },
      rowsOf: (documents) =>
        ofPresent(scope, documents as readonly TeamMember[], {
          rowOf: (one) => ({ type: 'team-member', team: teamIdOf(one), account: one.account }),
          endsOf: (one) => [
            { ...inGroups, kind: teamKind, id: teamKey(teamIdOf(one)) },
            { ...inUsers, kind: accountKind, id: accountKey(one.account) },
          ],
        }),
    },
  ];
}

const teamIdIn = ({ id }: TeamDocument) => id.slice(teamKey('').length);

/** The rows of memberships both of whose ends exist. Memberships of what is deleted end a little later. */
async function ofPresent<D extends Document>(
  { directory }: AccountScope,
  memberships: readonly D[],
  { rowOf, endsOf }: { rowOf: (one: D) => SnapshotRow; endsOf: (one: D) => readonly DocumentKey[] },
): Promise<readonly (SnapshotRow | undefined)[]> {
  const nameOf = ({ kind, id }: DocumentKey) => `${kind} ${id}`;
  const ends = new Map(memberships.flatMap(endsOf).map((key) => [nameOf(key), key]));
  const found = await directory.store.readMany([...ends.values()]);
  const present = new Set([...ends.keys()].filter((_, index) => found[index]));
  return memberships.map((one) =>
    endsOf(one).every((key) => present.has(nameOf(key))) ? rowOf(one) : undefined,
  );
}
