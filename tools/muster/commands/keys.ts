import { keyKinds } from '../../../lib/keys/key-list.ts';
import { findTenant, type TenantView } from '../api/find-tenant.ts';
import { at } from '../api/path.ts';
import { choice, command, text, wholeNumber } from '../command.ts';
import { CommandError } from '../command-error.ts';
import { openSecretFile } from '../secret-file.ts';
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
interface IssuedView {
  readonly id: string;
  readonly expires: string;
  readonly tenantUrl: string;
  readonly key?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly tokenEndpoint?: string;
}

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

const issueOptions = {
  label: text('--label <text>', 'what the key is for'),
  days: wholeNumber('--days <n>', 'validity in days, within the limits of the policy', 1),
  onBehalfOf: text(
    '--on-behalf-of <e-mail>',
    'the operator who asks for the key, if the policy requires one',
  ),
  subject: text('--subject <user>', 'id of the user that /Me returns'),
  to: text('--to <file>', 'write the key into a new file that only you can read, instead of showing it'),
};

/** The overlap in days if the command line has none: it gives people time to enter the new key. */
const usualOverlapDays = 7;

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
      kind: choice('--kind <kind>', 'a bearer key (default), or a client secret, which gets tokens', [
        ...keyKinds,
      ]),
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

/** Issues a key. It creates the file first, because a file that cannot be written would lose the key. */
async function issue(
  { api, output, now }: Session,
  { path, body, to }: { path: string; body: object; to: string | undefined },
): Promise<void> {
  const file = to === undefined ? undefined : await openSecretFile(to);
  const issued = await api.post<IssuedView>(path, body).catch(async (error) => {
    await file?.discard();
    throw error;
  });
  const { key = '', clientSecret: secret = key, ...rest } = issued;
  await file?.write(secret).catch((cause) => {
    const sentence = `${file.path} cannot be written, so the key ${issued.id} is lost: revoke it and issue another.`;
    throw new CommandError('failed', sentence, { cause });
  });
  output.result(file ? rest : issued, () =>
    toFields([
      ['Tenant URL', issued.tenantUrl],
      ['Token Endpoint', issued.tokenEndpoint],
      ['Client Identifier', issued.clientId],
      [
        issued.clientId === undefined ? 'Secret token' : 'Client Secret',
        file ? `in ${file.path}, which only you can read` : secret,
      ],
    ]),
  );
  const once = file ? '' : ' It is shown only this once.';
  output.note(`The key ${issued.id} expires ${showTime(issued.expires, now())}.${once}`);
}

/** Checks that a text is not a whole key; in a key, the id is between the first two underscores. */
function requireKeyId(given: string): string {
  const [, id] = /^muster_([a-z0-9]+)_/.exec(given) ?? [];
  if (id === undefined) return given;
  throw new CommandError(
    'usage',
    `That is a whole key, and others can now see it: use its id, ${id}, and revoke the key.`,
  );
}
