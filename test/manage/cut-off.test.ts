import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { mailChange } from '../../lib/mail/mail-document.ts';
import { ensureContainers, openCosmosStore } from '../../lib/store/cosmos/cosmos-store.ts';
import type { DocumentStore } from '../../lib/store/document-store.ts';
import { openEmbeddedStore } from '../../lib/store/embedded/embedded-store.ts';
import { breakingStore, cutEverywhere } from '../directory/directory.ts';
import { emulatorKey, startEmulator } from '../emulator/vercel.ts';
import { type Instance, openWorld, type World } from './world.ts';

const minute = 60_000;
const day = 86_400_000;
const trust = (subject: string) => ({
  issuer: 'https://login.microsoftonline.com/x/v2.0',
  ...{ subject, audience: 'api://muster', tenantId: 'x' },
  jwksUri: 'https://login.microsoftonline.com/x/keys',
});

/** The contents of a tenant before an operation on it. */
interface Setting {
  readonly tenant: string;
  readonly key: string;
  readonly account: string;
  readonly other: string;
  readonly team: string;
  readonly mail: string;
}

async function furnish(world: World): Promise<Setting> {
  const { call } = world.start();
  const policy = {
    accounts: { enabled: true, login: 'userName' },
    audit: { level: 'warning', days: 365 },
    notifications: { welcome: true },
    trusts: [trust('first')],
  };
  const { id } = await call('manage-tenants-create', { body: { name: 'Contoso', policy } });
  const tenant = String(id);
  const params = { tenant };
  const made = async (name: string, body: object, more = {}) =>
    String((await call(name, { params: { ...params, ...more }, body: body as never })).id);
  const key = await made('manage-keys-issue', {});
  const account = await made('manage-accounts-create', {
    login: 'anna',
    attributes: { email: 'anna@a.com' },
  });
  const other = await made('manage-accounts-create', { login: 'bert', attributes: { email: 'bert@a.com' } });
  const team = await made('manage-teams-create', { name: 'Night' });
  await call('manage-team-members-add', { params: { ...params, team, account } });
  await call('manage-mappings-team', { params: { ...params, group: 'g1' }, body: { team } });
  const mailOf = { template: 'welcome', account } as const;
  const written = mailChange({ tenantId: tenant, now: () => world.clock.time }, mailOf, 'welcome');
  await world.store.commit({ container: 'users', tenantId: tenant }, [written]);
  const mails = { container: 'users', tenantId: tenant, kind: 'mail', limit: 1 } as const;
  const [mail] = (await world.store.query(mails)).documents;
  if (mail) {
    const sent = { ...mail.document, state: 'sent', due: undefined, expires: world.clock.time + 9_000 * day };
    await world.store.commit(mails, [{ op: 'replace', document: sent }]);
  }
  await world.start().timer();
  return { tenant, key, account, other, team, mail: mail?.document.id ?? '' };
}

/** Lets the timer come by until all that a request has left is finished. */
async function pass(world: World): Promise<void> {
  for (const time of [minute, 13 * minute, 13 * minute, minute, 91 * day, minute]) {
    world.clock.time += time;
    await world.start().timer();
  }
}

type Act = (call: Instance['call'], setting: Setting) => Promise<unknown>;
const on =
  (name: string, body: object = {}): Act =>
  (call, setting) =>
    call(name, { params: { ...setting, group: 'g1' }, body: body as never });

/** One act of each kind: what it commits, and where. */
const kinds: Readonly<Record<string, Act>> = {
  'the creation of a tenant with a trust': (call) =>
    call('manage-tenants-create', { body: { name: 'Fabrikam', policy: { trusts: [trust('second')] } } }),
  'the deletion of a tenant': (call, { tenant }) =>
    call('manage-tenants-delete', { params: { tenant }, query: { confirm: 'Contoso' } }),
  'a change of trusts': on('manage-tenants-edit', { policy: { trusts: [trust('second')] } }),
  'a new key': on('manage-keys-issue'),
  'a key in the place of another': on('manage-keys-rotate'),
  'the removal of an account': on('manage-accounts-delete'),
  'the removal of a team': on('manage-teams-delete'),
  'a mail that is sent again': on('manage-mails-send'),
};
const others: Readonly<Record<string, Act>> = {
  'a change of names and policy': on('manage-tenants-edit', {
    name: 'New',
    policy: { roles: { default: 'user' } },
  }),
  'a key beside another': on('manage-keys-rotate', { overlapDays: 7 }),
  'the end of a key': on('manage-keys-revoke'),
  'a new account': on('manage-accounts-create', { login: 'carl', attributes: { email: 'carl@a.com' } }),
  'a change of an account': on('manage-accounts-edit', { attributes: { title: 'Dr.' } }),
  'a new team': on('manage-teams-create', { name: 'Day' }),
  'a new name of a team': on('manage-teams-rename', { name: 'Day' }),
  'a new member of a team': (call, { other, ...setting }) =>
    call('manage-team-members-add', { params: { ...setting, account: other } }),
  'the removal of a member': on('manage-team-members-remove'),
  'a mapping to a role': on('manage-mappings-role', { role: 'userManager' }),
  'the removal of a mapping': on('manage-mappings-remove'),
};

/** The documents after an act that may be cut off, once the timer has come by. */
async function outcome(
  store: DocumentStore,
  act: Act | undefined,
  cut?: Parameters<typeof breakingStore>[1],
) {
  const world = openWorld(store);
  const setting = await furnish(world);
  const breaking = cut && breakingStore(world.store, cut);
  const { call } = world.start(breaking?.store);
  await act?.(call, setting).catch((thrown: unknown) => {
    if (!cut) throw thrown;
  });
  await pass(world);
  return { world, setting, documents: await world.documents(), broke: breaking?.broke() ?? false };
}

/** Holds that an act which is cut off anywhere has come about as a whole, with its record, or not at all. */
async function checkWholeOrNothing(open: () => Promise<DocumentStore>, act: Act): Promise<void> {
  const use = async (...[given, cut]: [Act?, Parameters<typeof breakingStore>[1]?]) => {
    const store = await open();
    const { documents, broke } = await outcome(store, given, cut);
    await store.close();
    return { documents: documents.filter(Boolean), broke };
  };
  const nothing = (await use()).documents;
  const whole = (await use(act)).documents;
  expect(whole).not.toEqual(nothing);
  await cutEverywhere(async (cut) => {
    const { documents, broke } = await use(act, cut);
    if (JSON.stringify(documents) !== JSON.stringify(nothing))
      expect(documents, JSON.stringify(cut)).toEqual(whole);
    return broke;
  });
}

describe('D4, D5: an act that is cut off anywhere', { timeout: 240_000 }, () => {
  const inMemory = async () => openEmbeddedStore({ path: ':memory:' });

  test.each(Object.entries(kinds))('is whole and recorded, or did not happen: %s', async (_, act) => {
    await checkWholeOrNothing(inMemory, act);
  });

  /** They write as those above do, and take minutes together. */
  const isWhole = process.env.MUSTER_TEST_FAULTS !== undefined;
  test.runIf(isWhole).each(Object.entries(others))(
    'is whole and recorded, or did not happen: %s',
    async (_, act) => {
      await checkWholeOrNothing(inMemory, act);
    },
  );

  test.runIf(isWhole).each(['the creation of a tenant with a trust', 'a new key'])(
    'is whole and recorded, or did not happen, on Cosmos DB: %s',
    async (name) => {
      const emulator = await startEmulator();
      const open = async () => {
        const { endpoint } = emulator;
        const account = { endpoint, database: `cut-${randomUUID()}`, auth: { key: emulatorKey } };
        await ensureContainers(account);
        return openCosmosStore({ ...account, newId: randomUUID, now: Date.now });
      };
      await checkWholeOrNothing(open, kinds[name] as Act);
      await emulator.close();
    },
  );
});
