import type { Container, DocumentKey, FollowPage, FollowStart } from '../document-store.ts';
import { followedKind } from '../indexes.ts';
import { rangeOf } from './ids.ts';
import { containerLetter } from './index-entries.ts';
import type { Reading } from './reading.ts';
import type { Tables } from './tables.ts';

/** The number of the commit that wrote a version of a followed container; 0 for a version of another form. */
const numberOf = (version: string) => (/^\d+$/.test(version) ? version : '0').padStart(16, '0');

/** The key of a document in the index of commits; none if its kind is not followed. */
export function commitKeys(
  { container, tenantId, kind, id }: DocumentKey,
  version: string,
): readonly string[] {
  if (followedKind(container) !== kind) return [];
  return [`${containerLetter(container)}${numberOf(version)}/${tenantId}/${kind}/${id}`];
}

/**
 * The number of the next commit in a followed container. Numbers never repeat: that of the last key is kept when the
 * key is removed. Call it within the commit.
 */
export function nextCommit(tables: Tables, container: Container): string {
  return String(lastCommit(tables, container) + 1);
}

function lastCommit({ commits, state }: Pick<Tables, 'commits' | 'state'>, container: Container): number {
  const letter = containerLetter(container);
  const [last = ''] = commits.getKeys({ start: `${letter}~`, end: letter, reverse: true, limit: 1 });
  return Math.max(Number(last.slice(1, 17)), Number(state.get(`commits ${container}`) ?? 0));
}

/** Removes a key of the index of commits. */
export function removeCommit(tables: Tables, container: Container, key: string): void {
  const last = lastCommit(tables, container);
  if (Number(key.slice(1, 17)) === last) tables.state.putSync(`commits ${container}`, String(last));
  tables.commits.removeSync(key);
}

/** The keys of a page of commits, in their order, none of them divided. `undefined` for a cursor of another history. */
export async function followedKeys(
  tables: Tables,
  reading: Reading,
  { container, start, limit }: { container: Container; start: FollowStart; limit: number },
): Promise<(Omit<FollowPage, 'documents'> & { readonly keys: readonly DocumentKey[] }) | undefined> {
  const last = lastCommit(tables, container);
  const after = start === 'now' ? last : start === 'beginning' ? 0 : Number(start.cursor);
  if (!(after <= last)) return undefined;
  const letter = containerLetter(container);
  const prefix = (commit: number) => letter + String(commit).padStart(16, '0');
  const found = reading.keys('commits', { start: prefix(after + 1), end: `${letter}~`, limit: limit + 1 });
  const commitOf = (key: string) => key.slice(0, 17);
  if (found.length <= limit) {
    const next = Math.max(last, Number(commitOf(found.at(-1) ?? '').slice(1)));
    return { keys: found.map(target(container)), next: String(next), isWhole: true };
  }
  const beyond = commitOf(found.at(-1) ?? '');
  const whole = found.filter((key) => commitOf(key) !== beyond);
  const keys = whole.length > 0 ? whole : reading.keys('commits', rangeOf(beyond));
  return {
    keys: keys.map(target(container)),
    next: String(Number(commitOf(keys.at(-1) ?? '').slice(1))),
    isWhole: false,
  };
}

const target =
  (container: Container) =>
  (key: string): DocumentKey => {
    const [, tenantId = '', kind = '', id = ''] = key.split('/');
    return { container, tenantId, kind, id };
  };
