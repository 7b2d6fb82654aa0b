import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { settleAccounts } from '../../lib/accounts/settle.ts';
import { limits } from '../../lib/base/limits.ts';
import { deleteFromDirectory } from '../../lib/directory/deletion.ts';
import { readResource, writeResource } from '../../lib/directory/resources.ts';
import { keyRecordKey } from '../../lib/keys/key-record.ts';
import { groupType, userType } from '../../lib/scim/schema/resource-types.ts';
import type { Document } from '../../lib/store/document-store.ts';
import { breakingStore, cutEverywhere, intercept } from '../directory/directory.ts';
import { deviceType, mailOf, openStage, type Party, type Stage } from './synchronization.ts';

const minute = 60_000;
const lateWriters = limits.lateWritersSeconds * 1_000;
const trust = {
  issuer: 'https://login.microsoftonline.com/x/v2.0',
  ...{ subject: 's', audience: 'api://muster', tenantId: 'x' },
  jwksUri: 'https://login.microsoftonline.com/x/keys',
};

let stage: Stage;
beforeEach(() => {
  stage = openStage();
});
afterEach(() => stage.close());

/** Runs the timer twice at once, as a second run delivers what the first has recorded, and after the late writers. */
async function letEnd({ world, instance }: Stage): Promise<void> {
  for (const wait of [0, 0, lateWriters, minute]) {
    world.clock.time += wait;
    await instance.timer();
  }
}

/** Provisions in every way that leaves documents of different kinds. Ids of resources begin with `u-` or `g-`. */
async function provision(party: Party): Promise<void> {
  for (const id of ['u-ann', 'u-ben', 'u-cid', 'u-dan', 'u-eve']) await party.user(id);
  await party.user('u-ben', { active: false });
  await party.group('g-staff', ['u-ann', 'u-ben', 'u-cid'], { externalId: 'remote' });
  await party.group('g-gone', ['u-ann']);
  await party.remove(userType, 'u-cid');
  await party.remove(groupType, 'g-gone');
  await party.device('u-device');
  await party.device('u-old');
  await party.remove(deviceType, 'u-old');
  await party.unfinished('g-staff');
}

/** The documents that no timer changes. */
const standing = (contents: readonly Document[]) =>
  contents.filter(({ kind }) => ['user', 'group', 'member', 'account', 'unique', 'tenant'].includes(kind));

const isLeft = (text: string) => /\b[ug]-/.test(text);

describe('B12: a synchronisation that is ended', () => {
  test('leaves what was made by hand, and nothing else than the trail; another tenant is as before', async () => {
    const party = await stage.party({ licences: { seats: 6 }, endpoint: { packs: ['devices'] } });
    const other = await stage.party();
    const hand = await party.byHand('hand@example.com', { own: { desk: 7 }, role: 'userManager' });
    const { id: team } = await party.call('manage-teams-create', { body: { name: 'Night' } });
    await provision(party);
    await provision(other);
    const ann = Object.values(await party.accounts()).find(({ user }) => user === 'u-ann');
    for (const account of [hand, ann.id.slice('account:'.length)])
      await party.call('manage-team-members-add', { params: { team, account } });
    await party.call('manage-teams-rename', { params: { team: 'central' }, body: { name: 'All' } });
    const seen = { id: 'seen-clients', kind: 'seen-clients', tenantId: party.tenant };
    const tenants = { container: 'tenants', tenantId: party.tenant } as const;
    await stage.world.store.commit(tenants, [{ op: 'create', document: seen }]);
    for (const _ of ['first', 'second']) await stage.instance.timer();
    const before = standing(await stage.contents(other.tenant));
    expect(before.filter((one) => isLeft(JSON.stringify(one)))).not.toEqual([]);
    const [kept] = [(await party.accounts())['hand@example.com']];
    await party.end();
    await letEnd(stage);

    expect(await party.accounts()).toEqual({ 'hand@example.com': kept });
    const { members } = await party.call('manage-team-members-list', { params: { team } });
    expect(members.map(({ id }: { id: string }) => id)).toEqual([hand]);
    expect((await party.call('manage-teams-list')).teams).toEqual([
      { id: team, name: 'Night', origin: 'hand' },
    ]);
    expect(await party.status()).toMatchObject({ users: 0, groups: 0, seats: { used: 1, limit: 6 } });
    expect((await party.status()).ending).toBeUndefined();
    const left = await stage.contents(party.tenant);
    expect(left.map((one) => JSON.stringify(one)).filter(isLeft)).toEqual([]);
    const kinds = new Set(left.map(({ kind }) => kind));
    const ofTeams = left.filter(({ kind }) => kind.startsWith('team')).map(({ id }) => id);
    expect(ofTeams).toEqual([`team:${team}`, `team-member:${team}:${hand}`]);
    expect([...kinds].sort()).toEqual([
      ...['account', 'account-claim', 'count-custom-device', 'count-group', 'count-user'],
      ...['seats', 'team', 'team-member', 'tenant'],
    ]);
    expect(standing(await stage.contents(other.tenant))).toEqual(before);
  });

  test('loses its keys, trusts and settings at once, in one batch with the record of the operator', async () => {
    const rows = { toTeams: [{ group: 'g1', team: 't' }], toRoles: [{ group: 'g1', role: 'user' }] };
    const policy = {
      endpoint: { profile: 'okta', path: '/scim' },
      groups: { ...rows, required: true },
      notifications: { failures: true, welcome: true, invitation: true, product: 'Bridge' },
      ...{ trusts: [trust], audit: { level: 'debug', days: 7 }, licences: { seats: 3 } },
    };
    const party = await stage.party(policy);
    const issued = await party.call('manage-keys-issue', { body: {} });
    const commits: string[][] = [];
    const watching = stage.world.start(
      intercept(stage.world.store, async (partition, changes) => {
        commits.push(changes.map((change) => ('document' in change ? change.document.kind : change.kind)));
        await stage.world.store.commit(partition, changes);
      }),
    );
    const { identifier } = await party.call('manage-tenants-retrieve');
    const params = { tenant: party.tenant };
    await watching.call('manage-synchronization-end', { params, query: { confirm: identifier } });
    expect(commits).toEqual([['trust'], ['tenant', 'record', 'ending'], ['trust']]);

    expect((await watching.call('manage-tenants-retrieve', { params })).policy).toMatchObject({
      endpoint: { profile: 'generic', path: '/scim' },
      groups: { toTeams: [], toRoles: [], required: true },
      notifications: { failures: false, welcome: false, invitation: true, product: 'Bridge' },
      ...{ trusts: [], audit: { level: 'information', days: 7 }, licences: { seats: 3 } },
      accounts: { enabled: true },
    });
    const { keys } = await party.call('manage-keys-list');
    expect(keys).toMatchObject([{ id: issued.id, status: 'revoked' }]);
    const [record] = (await party.call('manage-audit-records', { query: { operation: 'end' } })).records;
    expect(record).toMatchObject({ credential: 'management', resourceType: 'Synchronization' });
    expect(record.attributes).toContain('policy.trusts');
    await stage.instance.timer();
    expect((await party.call('manage-keys-list')).keys).toEqual([]);
    expect((await party.status()).ending.left.keys).toBe(0);
    expect(await stage.engine.read(keyRecordKey(issued.id))).toBeUndefined();
    await stage.party({ trusts: [trust] });
  });

  test('is ended only with the identifier of the tenant, and a second time without effect', async () => {
    const party = await stage.party();
    await party.user('u-ann');
    for (const query of [undefined, { confirm: 'contoso' }]) {
      const refused = party.call('manage-synchronization-end', { query });
      await expect(refused).rejects.toMatchObject({ code: 'invalidValue' });
    }
    expect(await party.status()).toMatchObject({ users: 1 });
    const first = await party.end();
    stage.world.clock.time += minute;
    expect(await party.end()).toEqual(first);
    expect((await party.call('manage-audit-records', { query: { operation: 'end' } })).records).toHaveLength(
      1,
    );
    await letEnd(stage);
    expect((await party.status()).users).toBe(0);
    await party.end();
    await letEnd(stage);
    expect((await party.status()).ending).toBeUndefined();
  });

  test('is swept again when nobody can write any more; until then no key, trust or user is added', async () => {
    const party = await stage.party();
    await party.user('u-ann');
    await party.remove(userType, 'u-ann');
    const late = stage.world.start();
    const believed = await late.accounts(party.tenant);
    const { until } = await party.end();
    const refusals = [
      ['manage-keys-issue', { body: {} }],
      ['manage-tenants-edit', { body: { policy: { trusts: [trust] } } as never }],
      ['manage-users-restore', { params: { user: 'u-ann' } }],
    ] as const;
    for (const [name, given] of refusals)
      await expect(party.call(name, given)).rejects.toMatchObject({
        code: 'conflict',
        message: expect.stringContaining(name.includes('restore') ? 'restored' : until),
      });
    await stage.instance.timer();
    await stage.instance.timer();
    const { directory } = believed;
    const resource = { userName: 'u-late', ...mailOf('u-late') };
    await writeResource(directory, userType, { id: 'u-late', resource, operation: 'create' });
    await settleAccounts(believed, ['u-late']);
    await stage.instance.timer();
    expect((await party.status()).ending).toMatchObject({
      left: { users: 1, groups: 0, keys: 0, accounts: 1 },
    });
    stage.world.clock.time = Date.parse(until) - 1;
    await stage.instance.timer();
    await expect(party.call('manage-keys-issue', { body: {} })).rejects.toMatchObject({ code: 'conflict' });
    stage.world.clock.time += 1;
    await stage.instance.timer();
    expect(await party.status()).toMatchObject({ users: 0, accounts: { active: 0 } });

    await party.call('manage-keys-issue', { body: {} });
    await party.user('u-new');
    for (const _ of [1, 2, 3]) {
      stage.world.clock.time += lateWriters;
      await stage.instance.timer();
    }
    expect(await party.status()).toMatchObject({ users: 1, accounts: { active: 1 } });
  });

  test('does not keep its tenant from being deleted', async () => {
    const party = await stage.party();
    const { id: key } = await party.call('manage-keys-issue', { body: {} });
    await provision(party);
    const { identifier } = await party.call('manage-tenants-retrieve');
    await party.end();
    await party.call('manage-tenants-delete', { query: { confirm: identifier } });
    await letEnd(stage);
    await letEnd(stage);
    expect(await stage.contents(party.tenant, ['users', 'groups', 'tenants', 'audit', 'feed'])).toEqual([]);
    expect(await stage.engine.read(keyRecordKey(key))).toBeUndefined();
  });

  test('ends wherever the timer is cut off', async () => {
    await cutEverywhere(async (cut) => {
      await stage.close();
      stage = openStage();
      const party = await stage.party({ endpoint: { packs: ['devices'] } });
      await party.call('manage-keys-issue', { body: {} });
      const hand = await party.byHand('hand@example.com');
      await provision(party);
      await party.end();
      const broken = breakingStore(stage.world.store, cut);
      await stage.world
        .start(broken.store)
        .timer()
        .catch(() => undefined);
      await letEnd(stage);
      await letEnd(stage);
      const left = await stage.contents(party.tenant);
      expect(left.map((one) => JSON.stringify(one)).filter(isLeft)).toEqual([]);
      expect(Object.values(await party.accounts()).map(({ id }) => id)).toEqual([`account:${hand}`]);
      return broken.broke();
    });
  });

  test('ends in several runs where one has no time for all', async () => {
    const party = await stage.party();
    for (let n = 0; n < 250; n += 1) await party.user(`u-${n}`);
    await party.end();
    const { world } = stage;
    const left: number[] = [];
    // Each look at the clock takes a second, so that a run ends before all is done.
    const hasty = openHasty(stage);
    for (let runs = 0; runs < 20 && (left.at(-1) ?? 1) > 0; runs += 1) {
      world.clock.time += minute;
      await hasty();
      left.push((await party.status()).users);
    }
    expect(left.length).toBeGreaterThan(2);
    expect(left.toSorted((a, b) => b - a)).toEqual(left);
    await letEnd(stage);
    expect((await party.status()).ending).toBeUndefined();
  });

  test('leaves a record of each removal in the name of the operator, and an event', async () => {
    const party = await stage.party({ audit: { level: 'warning' } });
    await party.user('u-ann');
    await party.group('g-staff', ['u-ann']);
    await stage.instance.timer();
    await party.end();
    await stage.instance.timer();
    const { records } = await party.call('manage-audit-records', { query: { credential: 'management' } });
    const told = records.map(({ operation, resource }: Record<string, string>) => `${operation} ${resource}`);
    expect(told).toEqual(expect.arrayContaining(['delete u-ann', 'delete g-staff']));
    await stage.instance.timer();
    const { events } = await party.call('manage-events', { query: { types: 'user.deleted,group.deleted' } });
    const gone = events.map(
      ({ subject, data }: { subject: string; data: { object: unknown; reason: string } }) => [
        subject,
        data.object,
        data.reason,
      ],
    );
    expect(gone.toSorted()).toEqual([
      ['groups/g-staff', null, 'changedByOperator'],
      ['users/u-ann', null, 'changedByOperator'],
    ]);
  });
});

/** Makes runs of the timer that have time for a few steps only. */
function openHasty({ world }: Stage): () => Promise<void> {
  const { clock } = world;
  let { time } = clock;
  return async () => {
    const end = clock.time + minute;
    time = clock.time;
    Object.defineProperty(clock, 'time', {
      configurable: true,
      get: () => {
        time += 400;
        return time;
      },
      set: (value: number) => {
        time = value;
      },
    });
    await world.start().timer();
    Object.defineProperty(clock, 'time', { configurable: true, writable: true, value: end });
  };
}

describe('B12: accounts when a synchronisation is ended', () => {
  const adopting = { accounts: { enabled: true, adopt: { handMade: true } } };
  const ofAnn = async (party: Party) => (await party.accounts())['u-ann@example.com'];

  test.each([
    ['active', async () => {}, 'active'],
    ['deactivated by the client', (party: Party) => party.user('u-ann', { active: false }), 'disabled'],
    [
      'deleted by the client, in its grace period',
      (party: Party) => party.remove(userType, 'u-ann'),
      'removed',
    ],
    [
      'removed by an operator after the client deactivated it',
      async (party: Party) => {
        await party.user('u-ann', { active: false });
        const account = (await ofAnn(party)).id.slice('account:'.length);
        await party.call('manage-accounts-delete', { params: { account } });
      },
      'removed',
    ],
  ])('that a user took over and that are %s become hand-made again', async (_, before, state) => {
    const party = await stage.party(adopting);
    const id = await party.byHand('u-ann@example.com', { own: { desk: 7 }, role: 'userManager' });
    await party.user('u-ann', { displayName: 'Ann' });
    expect((await ofAnn(party)).user).toBe('u-ann');
    await before(party);
    await stage.instance.timer();
    stage.world.clock.time += minute;
    await party.end();
    await letEnd(stage);
    const account = await ofAnn(party);
    expect(account).toMatchObject({ id: `account:${id}`, state, adopted: false, own: { desk: 7 } });
    expect(account).toMatchObject({ role: 'userManager', attributes: { displayName: 'Ann' } });
    expect(account.user).toBeUndefined();
    const edit = party.call('manage-accounts-edit', {
      params: { account: id },
      body: { state: 'active', role: 'user', attributes: { displayName: 'A.' } } as never,
    });
    await (state === 'removed' ? expect(edit).rejects.toMatchObject({ code: 'conflict' }) : edit);
    stage.world.clock.time += 31 * 86_400_000;
    await stage.instance.timer();
    expect((await ofAnn(party)) === undefined).toBe(state === 'removed');
  });

  test('that were taken over stay where they had lost their last group', async () => {
    const party = await stage.party({ ...adopting, groups: { required: true } });
    await party.byHand('u-ann@example.com');
    await party.user('u-ann');
    await party.group('g-staff', ['u-ann']);
    await party.remove(groupType, 'g-staff');
    await stage.instance.timer();
    expect(await ofAnn(party)).toMatchObject({ state: 'removed', hold: 'noGroup' });
    await party.end();
    await letEnd(stage);
    expect(await ofAnn(party)).toMatchObject({ state: 'disabled', adopted: false });
    expect((await ofAnn(party)).hold).toBeUndefined();
  });

  test('that were taken over give up a subject that another account made by hand has meanwhile', async () => {
    const at = 'https://login.example.com';
    const login = { federated: { issuer: at, subject: 'externalId' } };
    const party = await stage.party({ accounts: { ...adopting.accounts, login } });
    const federated = { issuer: at, subject: 'one' };
    const id = await party.byHand('u-ann@example.com', { federated });
    await party.user('u-ann', { externalId: 'one' });
    await party.user('u-ann', { externalId: 'two' });
    await party.byHand('other@example.com', { federated });
    await party.user('u-ann', { externalId: 'one' });
    expect(await ofAnn(party)).toMatchObject({ state: 'held', hold: 'loginTaken' });
    await party.end();
    await letEnd(stage);
    const account = await party.call('manage-accounts-retrieve', { params: { account: id } });
    expect(account).toMatchObject({ state: 'disabled', adopted: false });
    expect([account.federated, account.loginBy]).toEqual([undefined, undefined]);
  });

  test.each([
    ['keep an address that a user has taken from them, as the user goes', false],
    ['give up an address that another account made by hand has meanwhile', true],
  ])('that were taken over %s', async (_, isTaken) => {
    const party = await stage.party(adopting);
    const id = await party.byHand('u-ann@example.com');
    await party.user('u-ann');
    await party.user('u-ann', mailOf('other'));
    await (isTaken ? party.byHand('u-ann@example.com') : party.user('u-bob', mailOf('u-ann')));
    await party.user('u-ann', mailOf('u-ann'));
    await stage.instance.timer();
    await party.end();
    await letEnd(stage);
    const account = await party.call('manage-accounts-retrieve', { params: { account: id } });
    expect(account).toMatchObject({ state: 'disabled', adopted: false });
    expect(account.attributes.email).toBe(isTaken ? undefined : 'u-ann@example.com');
    expect(await party.status()).toMatchObject({ users: 0, accounts: { addressTaken: 0 } });
  });

  test.each([
    ['', false],
    [' and whose user a late request has deleted', true],
  ])('that were taken over after it by a late request%s are handed back', async (_, isDeleted) => {
    const party = await stage.party(adopting);
    const id = await party.byHand('u-ann@example.com');
    const late = stage.world.start();
    const { directory, ...others } = await late.accounts(party.tenant);
    await party.end();
    await stage.instance.timer();
    stage.world.clock.time += minute;
    const resource = { userName: 'u-ann', ...mailOf('u-ann') };
    await writeResource(directory, userType, { id: 'u-ann', resource, operation: 'create' });
    await settleAccounts({ directory, ...others }, ['u-ann']);
    expect(await ofAnn(party)).toMatchObject({ user: 'u-ann', adopted: true });
    if (isDeleted) {
      const stored = await readResource(directory, userType, 'u-ann');
      if (stored) await deleteFromDirectory(directory, userType, { stored, graceDays: 30 });
      await settleAccounts({ directory, ...others }, ['u-ann']);
      expect(await ofAnn(party)).toMatchObject({ state: 'removed' });
    }
    await letEnd(stage);
    expect(await ofAnn(party)).toMatchObject({ id: `account:${id}`, state: 'active', adopted: false });
  });

  test('that wait for a seat get none, and nobody a mail, while others go', async () => {
    const notifications = { invitation: true };
    const party = await stage.party({ notifications, licences: { seats: 2 } });
    await party.byHand('hand@example.com');
    for (const id of ['u-ann', 'u-ben', 'u-cid']) await party.user(id);
    await stage.instance.timer();
    const mails = async () => (await party.call('manage-mails-list')).mails.length;
    const before = await mails();
    expect(await party.status()).toMatchObject({ accounts: { invited: 1, noLicence: 2 } });
    await party.end();
    const [hand = ''] = Object.entries(await party.accounts()).flatMap(([email, { id }]) =>
      email === 'hand@example.com' ? [id.slice('account:'.length)] : [],
    );
    const set = (state: string) =>
      party.call('manage-accounts-edit', { params: { account: hand }, body: { state } });
    await set('disabled');
    expect(await party.status()).toMatchObject({ accounts: { invited: 1, noLicence: 2 } });
    await set('active');
    await letEnd(stage);
    expect(await mails()).toBe(before);
    expect(await party.status()).toMatchObject({
      accounts: { active: 1, invited: 0, noLicence: 0 },
      seats: { used: 1 },
    });
  });

  test('are not made of a user that a request was cut off with', async () => {
    const party = await stage.party({ notifications: { invitation: true } });
    const { directory } = await stage.instance.accounts(party.tenant);
    const resource = { userName: 'u-ann', ...mailOf('u-ann') };
    await writeResource(directory, userType, { id: 'u-ann', resource, operation: 'create' });
    await party.end();
    await letEnd(stage);
    expect((await party.call('manage-mails-list')).mails).toEqual([]);
    expect(await party.accounts()).toEqual({});
  });

  test('go although the policy has switched accounts or packs off', async () => {
    const party = await stage.party({ endpoint: { packs: ['devices'] } });
    await party.byHand('hand@example.com');
    await provision(party);
    const policy = { accounts: { enabled: false }, endpoint: { packs: [], groups: false } };
    await party.call('manage-tenants-edit', { body: { policy } as never });
    await party.end();
    await letEnd(stage);
    expect(Object.keys(await party.accounts())).toEqual(['hand@example.com']);
    const left = await stage.contents(party.tenant);
    expect(left.map((one) => JSON.stringify(one)).filter(isLeft)).toEqual([]);
  });

  test('are none in a tenant without accounts, which ends too', async () => {
    const party = await stage.party({ accounts: { enabled: false } });
    await provision(party);
    await party.end();
    await letEnd(stage);
    expect(await party.status()).toMatchObject({ users: 0, groups: 0 });
  });
});
