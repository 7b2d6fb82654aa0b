import { randomUUID, timingSafeEqual } from 'node:crypto';
import SCIMMY from 'scimmy';

interface StoredUser {
  readonly id: string;
  readonly userName: string;
}

const users = new Map<string, StoredUser>();
const ownersOfUserNames = new Map<string, string>();

/** Declares SCIMMY's users over a Map, as its documentation shows; a second Map keeps names unique. */
export function declareUsers(): void {
  SCIMMY.Resources.declare(SCIMMY.Resources.User, {
    ingress: ({ id }: { id?: string }, instance: object) => write(id, instance),
    egress: (resource: { id?: string; filter?: { match(values: object[]): object[] } }) => {
      if (resource.id) return read(resource.id);
      return resource.filter ? resource.filter.match([...users.values()]) : [...users.values()];
    },
    degress: ({ id }: { id: string }) => remove(id),
  });
  SCIMMY.Resources.User.extend(SCIMMY.Schemas.EnterpriseUser, false);
}

function read(id: string): StoredUser {
  const user = users.get(id);
  if (!user) throw new SCIMMY.Types.Error(404, '', `Resource ${id} not found`);
  return user;
}

function write(known: string | undefined, instance: object): StoredUser {
  const id = known ?? randomUUID();
  const before = known === undefined ? undefined : read(known);
  // A database would also store a plain copy, which is faster to filter than the instance.
  const plain: StoredUser & { meta?: { created?: string } } = JSON.parse(JSON.stringify(instance));
  const owner = ownersOfUserNames.get(nameOf(plain));
  if (owner !== undefined && owner !== id) {
    throw new SCIMMY.Types.Error(409, 'uniqueness', 'userName is already used');
  }
  if (before) ownersOfUserNames.delete(nameOf(before));
  ownersOfUserNames.set(nameOf(plain), id);
  const now = new Date();
  const user = { ...plain, id, meta: { created: plain.meta?.created ?? now, lastModified: now } };
  users.set(id, user);
  return user;
}

function remove(id: string): void {
  ownersOfUserNames.delete(nameOf(read(id)));
  users.delete(id);
}

const nameOf = ({ userName }: StoredUser) => userName.toLowerCase();

/** Compares two texts in a time that does not depend on where they differ. */
export function equalTexts(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
