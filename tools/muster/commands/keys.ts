import { keyKinds } from '../../../lib/keys/key-list.ts';
import { findTenant, type TenantView } from '../api/find-tenant.ts';
import { at } from '../api/path.ts';
import { choice, command, text, wholeNumber } from '../command.ts';
import { CommandError } from '../command-error.ts';
import { openSecretFile, type SecretFile } from '../secret-file.ts';
import type { Session } from '../session.ts';
import { type Columns, toFields, toTable } from '../terminal/table.ts';
import { showTime } from '../terminal/times.ts';
import { typed } from '../typed.ts';

interface KeyView {
  readonly id: string;
  readonly kind: string;
  readonly label: string;
  readonly issuer: string;
  readonly status: string;
  readonly created: string;
  readonly expires: string;
  readonly lastUsed?: string;
}

/** A new bearer key, or a new client secret with the values that go with it. */
export interface IssuedView {
  readonly id: string;
  readonly expires: string;
  readonly tenantUrl: string;
  readonly key?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly tokenEndpoint?: string;
}

type NewSecret = Pick<IssuedView, 'id' | 'expires' | 'key' | 'clientSecret'>;

const columnsAt = (now: number): Columns<KeyView> => ({
  Id: ({ id }) => id,
  Kind: ({ kind }) => kind,
  Label: ({ label }) => label,
  Status: ({ status }) => status,
  Expires: ({ status, expires }) => (status === 'revoked' ? '' : showTime(expires, now)),
  'Last used': ({ lastUsed }) => (lastUsed === undefined ? 'never' : showTime(lastUsed, now)),
  'Issued by': ({ issuer }) => issuer,
  Created: ({ created }) => showTime(created, now),
});

/** The options of every key. */
export const keyOptions = {
  label: text('--label <text>', 'what the key is for'),
  days: wholeNumber('--days <n>', 'validity in days, within the limits of the policy', 1),
  to: text('--to <file>', 'write the key into a new file that only you can read, instead of showing it'),
};
export const kindOption = choice(
  '--kind <kind>',
  'a bearer key (default), or a client secret, which gets tokens',
  [...keyKinds],
);
const issueOptions = {
  label: keyOptions.label,
  days: keyOptions.days,
  onBehalfOf: text(
    '--on-behalf-of <e-mail>',
    'the operator who asks for the key, if the policy requires one',
  ),
  subject: text('--subject <user>', 'id of the user that /Me returns'),
  to: keyOptions.to,
};

/** The overlap in days if the command line has none: it gives people time to enter the new key. */
export const usualOverlapDays = 7;

/** The commands on keys. */
export const keyCommands = [
  command({
    name: 'keys list',
    takes: ['tenant'],
    summary: 'Lists keys without their secrets, including those revoked or expired in the last 90 days.',
    example: 'keys list Contoso',
    async run({ api, output, ...session }, { tenant }) {
      const { id } = await findTenant({ api, output }, tenant);
      const answer = await api.get<{ keys: readonly KeyView[] }>(at`/tenants/${id}/keys`);
      output.result(answer, () =>
        answer.keys.length === 0
          ? `There are no keys: ${typed(`keys issue ${id}`)} makes one.`
          : toTable(answer.keys, columnsAt(session.now())),
      );
    },
  }),
  command({
    name: 'keys issue',
    takes: ['tenant'],
    summary: 'Issues a key and shows the values that Entra ID asks for. It shows the secret only this once.',
    example: 'keys issue Contoso --label "Entra ID" --days 180',
    options: {
      kind: kindOption,
      ...issueOptions,
    },
    async run(session, { tenant, to, kind, ...options }) {
      const { id } = await findTenant(session, tenant);
      await issue(session, { path: at`/tenants/${id}/keys`, body: { kind, ...requestOf(options) }, to });
    },
  }),
  command({
    name: 'keys rotate',
    takes: ['tenant', 'key'],
    summary: 'Issues a key that replaces another. The old key ends after the overlap.',
    details:
      'The old key ends at once if you ask for no overlap, or if the policy allows none ' +
      '(keys.replaces, or keys.activeMax is 1). The command says so before it issues the key.',
    example: 'keys rotate Contoso $KEY_ID --overlap-days 7',
    options: {
      ...issueOptions,
      overlapDays: wholeNumber(
        '--overlap-days <n>',
        `days for which the old key keeps working (default: ${usualOverlapDays}, where the policy allows it)`,
        0,
      ),
    },
    async run(session, { tenant, key, to, overlapDays, ...options }) {
      const keyId = requireKeyId(key);
      const { id, policy } = await findTenant(session, tenant);
      const overlap = overlapDays ?? overlapUnder(policy.keys);
      if (overlap === 0) warnOfEnd(session, policy.keys);
      const path = at`/tenants/${id}/keys/${keyId}/rotate`;
      await issue(session, { path, body: { ...requestOf(options), overlapDays: overlap }, to });
    },
  }),
  command({
    name: 'keys revoke',
    takes: ['tenant', 'key'],
    summary: 'Revokes a key, on one instance at once and on the others within a minute.',
    example: 'keys revoke Contoso $KEY_ID',
    async run(session, { tenant, key }) {
      const keyId = requireKeyId(key);
      const { id, name } = await findTenant(session, tenant);
      await session.api.delete(at`/tenants/${id}/keys/${keyId}`);
      session.output.note(`Revoked the key ${keyId} of ${name}.`);
    },
  }),
];

type KeyPolicy = Pick<TenantView['policy']['keys'], 'replaces' | 'activeMax'>;

function overlapUnder({ replaces, activeMax }: KeyPolicy): number {
  return replaces || activeMax === 1 ? 0 : usualOverlapDays;
}

/** Says that the old key is about to end, and why. */
function warnOfEnd({ output }: Session, { replaces, activeMax }: KeyPolicy): void {
  const setting = replaces ? 'keys.replaces is on' : activeMax === 1 ? 'keys.activeMax is 1' : undefined;
  const reason = setting === undefined ? 'the overlap is 0 days' : `${setting} in the policy`;
  output.warn(`The old key ends at once, because ${reason}: enter the new one without delay.`);
}

interface IssueInput {
  readonly label: string | undefined;
  readonly days: number | undefined;
  readonly onBehalfOf: string | undefined;
  readonly subject: string | undefined;
}

function requestOf({ label, days, onBehalfOf, subject }: IssueInput): object {
  return { label, validDays: days, onBehalfOf, subject };
}

async function issue(
  session: Session,
  { path, body, to }: { path: string; body: object; to: string | undefined },
): Promise<void> {
  const { answer, file } = await receiveKey(session, {
    ...{ path, body, to, keyIn: (issued: IssuedView) => issued },
  });
  session.output.result(file ? withoutSecret(answer) : answer, () => keyFields(answer, file));
  noteKey(session, answer, file);
}

/**
 * Sends a request whose answer has a key, and writes its secret into the file `to` if there is one. It creates the file
 * first, because a file that cannot be written would lose the key.
 */
export async function receiveKey<T>(
  { api }: Session,
  request: { path: string; body: object; to: string | undefined; keyIn: (answer: T) => NewSecret },
): Promise<{ answer: T; file: SecretFile | undefined }> {
  const { path, body, to, keyIn } = request;
  const file = to === undefined ? undefined : await openSecretFile(to);
  const answer = await api.post<T>(path, body).catch(async (error) => {
    await file?.discard();
    throw error;
  });
  const issued = keyIn(answer);
  await file?.write(secretOf(issued)).catch((cause) => {
    const sentence = `${file.path} cannot be written, so the key ${issued.id} is lost: revoke it and issue another.`;
    throw new CommandError('failed', sentence, { cause });
  });
  return { answer, file };
}

/** Shows a new key in the words of Entra ID, with the file in place of the secret if the secret is there. */
export function keyFields(issued: IssuedView, file: SecretFile | undefined): string {
  return toFields([
    ['Tenant URL', issued.tenantUrl],
    ['Token Endpoint', issued.tokenEndpoint],
    ['Client Identifier', issued.clientId],
    [
      issued.clientId === undefined ? 'Secret token' : 'Client Secret',
      file ? `in ${file.path}, which only you can read` : secretOf(issued),
    ],
  ]);
}

/** Says when a new key expires. */
export function noteKey({ output, now }: Session, issued: NewSecret, file: SecretFile | undefined): void {
  const once = file ? '' : ' It is shown only this once.';
  output.note(`The key ${issued.id} expires ${showTime(issued.expires, now())}.${once}`);
}

export function withoutSecret({ key: _, clientSecret: __, ...rest }: IssuedView): IssuedView {
  return rest;
}

function secretOf({ key = '', clientSecret = key }: NewSecret): string {
  return clientSecret;
}

/** Checks that a text is not a whole key; in a key, the id is between the first two underscores. */
export function requireKeyId(given: string): string {
  const [, id] = /^muster_([a-z0-9]+)_/.exec(given) ?? [];
  if (id === undefined) return given;
  throw new CommandError(
    'usage',
    `That is a whole key, and others can now see it: use its id, ${id}, and revoke the key.`,
  );
}
