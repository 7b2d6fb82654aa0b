import { scrypt, timingSafeEqual } from 'node:crypto';
import type { ResourceDocument } from '../directory/resource-document.ts';
import type { ResourceChange } from '../directory/resources.ts';
import { invalidValue } from '../scim/errors.ts';
import { equalJson, type JsonObject } from '../scim/json.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import { findAttribute } from '../scim/schema/lookup.ts';
import { compose, isSecret } from '../scim/schema/search-form.ts';

/** Hashes passwords and compares them with hashes, off the main thread. */
export interface Passwords {
  /** Yields a text that holds algorithm, cost, salt and hash. */
  hash(password: string): Promise<string>;
  matches(password: string, hashed: string): Promise<boolean>;
}

/**
 * The cost of one hash: 16 MB of memory and about 50 ms. The hash holds its cost, so that hashes of another cost
 * can still be compared.
 */
const cost = { N: 16_384, r: 8, p: 1 };
const hashBytes = 32;
const saltBytes = 16;
const form = /^\$scrypt\$n=(\d+),r=(\d+),p=(\d+)\$([\w-]+)\$([\w-]+)$/;

/** Hashes with scrypt (RFC 7914). `randomBytes` must be cryptographically secure. */
export function createPasswords({ randomBytes }: { randomBytes: (bytes: number) => Buffer }): Passwords {
  return {
    async hash(password) {
      const salt = randomBytes(saltBytes);
      const hash = await derive(password, salt, cost);
      const { N, r, p } = cost;
      return `$scrypt$n=${N},r=${r},p=${p}$${salt.toString('base64url')}$${hash.toString('base64url')}`;
    },

    async matches(password, hashed) {
      const [, N, r, p, salt = '', hash = ''] = form.exec(hashed) ?? [];
      const expected = Buffer.from(hash, 'base64url');
      if (expected.length !== hashBytes) return false;
      const costs = { N: Number(N), r: Number(r), p: Number(p) };
      return timingSafeEqual(await derive(password, Buffer.from(salt, 'base64url'), costs), expected);
    },
  };
}

function derive(password: string, salt: Buffer, costs: typeof cost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(prepared(password), salt, hashBytes, costs, (error, hash) =>
      error ? reject(error) : resolve(hash),
    );
  });
}

/** The normalised password (RFC 7644 7.8): composed, with every space as an ASCII space (RFC 8265 4.2). */
function prepared(password: string): string {
  return compose(password).replace(/\p{Zs}/gu, ' ');
}

/**
 * A stored resource with the hash as its password, as a change starts from it. If the client does not change the
 * password, the hash stays. It also stays, but apart, while the profile of the tenant has no passwords.
 */
export function withPassword({ resource, secret }: ResourceDocument, type: ResourceType): JsonObject {
  return secret && hasPassword(type) ? { ...resource, password: secret.password } : resource;
}

/** The part of a change that holds the resource without its password, and the hash apart from it. */
type Settled = Pick<ResourceChange, 'resource' | 'properties' | 'attributes'>;

/**
 * Takes the password out of the next state of a resource and hashes it, so that no clear text is stored (RFC
 * 7643 9.2). Yields `undefined` if nothing changes. The password that a user has already does not count as a change.
 *
 * Throws ScimError `invalidValue` for an empty password.
 */
export async function settlePassword(
  passwords: Passwords,
  type: ResourceType,
  { next, before }: { next: JsonObject; before?: ResourceDocument },
): Promise<Settled | undefined> {
  const isHeld = (resource: JsonObject) => before !== undefined && equalJson(resource, before.resource);
  if (!hasPassword(type)) return isHeld(next) ? undefined : { resource: next };
  const { password, ...resource } = next;
  const isSame = isHeld(resource);
  const held = before?.secret?.password;
  const given = typeof password === 'string' ? password : undefined;
  if (given === '') throw invalidValue('password is empty: send a password, or leave it out');
  if (given === held || (given && held && (await passwords.matches(given, held)))) {
    return isSame ? undefined : { resource };
  }
  const secret = given === undefined ? undefined : { password: await passwords.hash(given) };
  return { resource, properties: { secret }, attributes: ['password'] };
}

function hasPassword({ schema }: ResourceType): boolean {
  const attribute = findAttribute(schema.attributes, 'password');
  return attribute !== undefined && isSecret(attribute);
}
