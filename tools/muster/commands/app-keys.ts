import { appAccesses } from '../../../lib/keys/key-record.ts';
import { findTenant } from '../api/find-tenant.ts';
import { at } from '../api/path.ts';
import { choice, command, text, wholeNumber } from '../command.ts';
import type { Session } from '../session.ts';
import { type Columns, toFields, toTable } from '../terminal/table.ts';
import { showTime } from '../terminal/times.ts';
import { typed } from '../typed.ts';
import { keyOptions, noteKey, receiveKey, requireKeyId, usualOverlapDays } from './keys.ts';

interface AppKeyView {
  readonly id: string;
  readonly label: string;
  readonly access: string;
  readonly issuer: string;
  readonly status: string;
  readonly created: string;
  readonly expires: string;
  readonly lastUsed?: string;
}

interface IssuedView {
  readonly id: string;
  readonly key: string;
  readonly expires: string;
  readonly apiUrl: string;
}

const columnsAt = (now: number): Columns<AppKeyView> => ({
  Id: ({ id }) => id,
  Label: ({ label }) => label,
  Access: ({ access }) => access,
  Status: ({ status }) => status,
  Expires: ({ status, expires }) => (status === 'revoked' ? '' : showTime(expires, now)),
  'Last used': ({ lastUsed }) => (lastUsed === undefined ? 'never' : showTime(lastUsed, now)),
  'Issued by': ({ issuer }) => issuer,
  Created: ({ created }) => showTime(created, now),
});

const tenantOption = text(
  '--tenant <tenant>',
  'the only tenant of the key; by default it is for all tenants',
);
const days = wholeNumber('--days <n>', 'validity in days, at most 730 (default: 365)', 1);

/** The commands on the app keys of products. */
export const appKeyCommands = [
  command({
    name: 'app-keys list',
    takes: [],
    summary: 'Lists app keys without their secrets, including those revoked or expired in the last 90 days.',
    example: 'app-keys list --tenant Contoso',
    options: { tenant: tenantOption },
    async run(session, { tenant }) {
      const answer = await session.api.get<{ appKeys: readonly AppKeyView[] }>(await pathOf(session, tenant));
      session.output.result(answer, () =>
        answer.appKeys.length === 0
          ? `There are no app keys: ${typed('app-keys issue')} makes one.`
          : toTable(answer.appKeys, columnsAt(session.now())),
      );
    },
  }),
  command({
    name: 'app-keys issue',
    takes: ['label'],
    summary: 'Issues an app key for a product, named by a label. It shows the key only this once.',
    example: 'app-keys issue Billing --access write --tenant Contoso',
    options: {
      access: choice('--access <access>', 'read (default), or write, which also edits accounts and teams', [
        ...appAccesses,
      ]),
      tenant: tenantOption,
      days,
      to: keyOptions.to,
    },
    async run(session, { label, access, tenant, days: validDays, to }) {
      await issue(session, { path: await pathOf(session, tenant), body: { label, access, validDays }, to });
    },
  }),
  command({
    name: 'app-keys rotate',
    takes: ['key'],
    summary: 'Issues an app key that replaces another. The old key ends after the overlap.',
    example: 'app-keys rotate $KEY_ID --overlap-days 7',
    options: {
      tenant: tenantOption,
      days,
      to: keyOptions.to,
      overlapDays: wholeNumber(
        '--overlap-days <n>',
        `days for which the old key keeps working (default: ${usualOverlapDays})`,
        0,
      ),
    },
    async run(session, { key, tenant, days: validDays, to, overlapDays = usualOverlapDays }) {
      const keyId = requireKeyId(key);
      const path = (await pathOf(session, tenant)) + at`/${keyId}/rotate`;
      await issue(session, { path, body: { validDays, overlapDays }, to });
    },
  }),
  command({
    name: 'app-keys revoke',
    takes: ['key'],
    summary: 'Revokes an app key, on one instance at once and on the others within a minute.',
    example: 'app-keys revoke $KEY_ID --tenant Contoso',
    options: { tenant: tenantOption },
    async run(session, { key, tenant }) {
      const keyId = requireKeyId(key);
      await session.api.delete((await pathOf(session, tenant)) + at`/${keyId}`);
      session.output.note(`Revoked the app key ${keyId}.`);
    },
  }),
];

/** The path of the app keys of a tenant, or of those for all tenants. */
async function pathOf(session: Session, tenant: string | undefined): Promise<string> {
  if (tenant === undefined) return '/app-keys';
  const { id } = await findTenant(session, tenant);
  return at`/tenants/${id}/app-keys`;
}

async function issue(
  session: Session,
  request: { path: string; body: object; to: string | undefined },
): Promise<void> {
  const keyIn = (issued: IssuedView) => issued;
  const { answer, file } = await receiveKey(session, { ...request, keyIn });
  const { key, ...rest } = answer;
  session.output.result(file ? rest : answer, () =>
    toFields([
      ['API', answer.apiUrl],
      ['App key', file ? `in ${file.path}, which only you can read` : key],
    ]),
  );
  noteKey(session, answer, file);
}
