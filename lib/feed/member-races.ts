import { memberKey } from '../directory/members/memberships.ts';
import type { RecordDocument } from '../store/change-document.ts';
import type { DocumentStore } from '../store/document-store.ts';

/** The changes of one membership among some records: their places, and by each whether the member joined. */
interface Race {
  readonly group: string;
  readonly user: string;
  readonly places: number[];
  joined: number;
}

/**
 * Puts changes of the same membership in the order that ends with the membership as it is. Requests that change it at
 * the same time do not see each other, so that their times and revisions do not tell which was first. A change that is
 * not among the records is entered after them, and is right then. Rejects with a StoreError.
 */
export async function settleMemberRaces(
  store: DocumentStore,
  tenantId: string,
  records: readonly RecordDocument[],
): Promise<readonly RecordDocument[]> {
  const races = racesIn(records);
  if (races.length === 0) return records;
  // Joining and leaving take turns, so that the more frequent one is the last.
  const open = races.filter(({ places, joined }) => joined * 2 === places.length);
  const present = await store.readMany(open.map((race) => memberKey(tenantId, race)));
  const isMember = new Map(open.map((race, index) => [race, present[index] !== undefined]));
  const placed = [...records];
  for (const race of races) {
    const endsAsMember = isMember.get(race) ?? race.joined * 2 > race.places.length;
    const last = race.places.at(-1) ?? 0;
    const fitting = race.places.findLast((place) => joins(placed[place], race) === endsAsMember) ?? last;
    const [one, other] = [placed[last], placed[fitting]];
    if (one && other) [placed[last], placed[fitting]] = [other, one];
  }
  return placed;
}

const joins = (record: RecordDocument | undefined, { user }: Pick<Race, 'user'>) =>
  record?.event?.added?.includes(user) ?? false;

function racesIn(records: readonly RecordDocument[]): readonly Race[] {
  const races = new Map<string, Race>();
  for (const [place, { resourceType, resource: group = '', attributes, event }] of records.entries()) {
    // A change of attributes too has an exact revision, and so its place.
    if (resourceType !== 'Group' || attributes.some((name) => name !== 'members')) continue;
    const { added = [], removed = [] } = event ?? {};
    for (const user of [...added, ...removed]) {
      const name = `${group} ${user}`;
      const race = races.get(name) ?? { group, user, places: [], joined: 0 };
      race.places.push(place);
      if (added.includes(user)) race.joined += 1;
      races.set(name, race);
    }
  }
  return [...races.values()].filter(({ places }) => places.length > 1);
}
