import * as z from 'zod';
import { KeyError, type KeyErrorKind } from '../keys/key-error.ts';
import { keyKinds } from '../keys/key-list.ts';
import type { KeyLifecycle, ListedKey } from '../keys/lifecycle.ts';
import { tokenEndpointOf } from '../provisioning/discovery.ts';
import { type ErrorCode, ScimError } from '../scim/errors.ts';
import type { JsonObject } from '../scim/json.ts';
import type { Tenants } from '../tenants/tenants.ts';
import { tenantUrl } from './manage-tenants.ts';
import { parseInput } from './parse-input.ts';

interface KeyParts {
  readonly keys: KeyLifecycle;
  readonly tenants: Tenants;
  /** `https://host`, without a path. */
  readonly baseUrl: string;
}

const issueSchema = z.strictObject({
  kind: z.enum(keyKinds).default('key'),
  label: z.string().trim().max(100).optional(),
  validDays: z.number().optional(),
  subject: z
    .string()
    .regex(/^[\w.-]{1,64}$/, 'it must be the id of a user')
    .optional(),
});

const codes = {
  absent: 'notFound',
  exhausted: 'conflict',
  validity: 'invalidValue',
} as const satisfies Record<KeyErrorKind, ErrorCode>;

/**
 * Issues a key from `{kind?, label?, validDays?, subject?}`; the answer is the only one that ever holds it. Of kind
 * `client` it is a client secret, for which the token endpoint issues tokens. `/Me` of a key with a subject, the id of
 * a user, is that user.
 */
export const issueKey =
  ({ keys, tenants, baseUrl }: KeyParts) =>
  async ({ tenantId, body, issuer }: IssueKeyInput): Promise<JsonObject> => {
    const request = { ...parseInput(issueSchema, body), issuer };
    const { id, key, expires } = await inScimWords(keys.issue(tenantId, request));
    const tenant = await tenants.retrieve(tenantId);
    const url = tenant ? { tenantUrl: tenantUrl(tenant, baseUrl) } : {};
    const secret =
      request.kind === 'client'
        ? { clientId: id, clientSecret: key, tokenEndpoint: tokenEndpointOf(baseUrl) }
        : { key };
    return { id, ...secret, expires: instant(expires), ...url };
  };

interface IssueKeyInput {
  readonly tenantId: string;
  readonly body: unknown;
  /** Who asks, for the record. */
  readonly issuer?: string | undefined;
}

/** Lists the keys of a tenant as `{keys}`, also those revoked or expired of late. */
export const listKeys =
  ({ keys }: KeyParts) =>
  async ({ tenantId }: { tenantId: string }): Promise<JsonObject> => {
    const listed = await inScimWords(keys.list(tenantId));
    return { keys: listed.map(keyView) };
  };

/** Revokes a key; may be repeated. Answers an empty object. */
export const revokeKey =
  ({ keys }: KeyParts) =>
  async ({ tenantId, keyId }: { tenantId: string; keyId: string }): Promise<JsonObject> => {
    await inScimWords(keys.revoke(tenantId, keyId));
    return {};
  };

async function inScimWords<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof KeyError)) throw error;
    throw new ScimError(codes[error.kind], { detail: error.message, cause: error });
  }
}

function keyView({ created, expires, lastUsed, subject, ...key }: ListedKey): JsonObject {
  const used = lastUsed === undefined ? {} : { lastUsed: instant(lastUsed) };
  const person = subject === undefined ? {} : { subject };
  return { ...key, ...person, created: instant(created), expires: instant(expires), ...used };
}

function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
