import { describe, expect, test } from 'vitest';
import { limits } from '../../lib/base/limits.ts';
import type { Delivery, MailMessage } from '../../lib/mail/mail-sender.ts';
import { workEmail } from '../accounts/tenancy.ts';
import { breakingStore } from '../directory/directory.ts';
import { openMailbox, openMailing } from './mailing.ts';

const invited = { notifications: { invitation: true } };
const anna = { displayName: 'Anna', ...workEmail('anna@example.com') };
const answers =
  (...deliveries: readonly Delivery[]) =>
  () => {
    const [next, ...later] = deliveries;
    deliveries = later.length > 0 ? later : deliveries;
    return next ?? { outcome: 'accepted' as const };
  };
const linkIn = ({ text }: MailMessage) => /https?:\/\/\S+/.exec(text)?.[0] ?? '';

describe('a mail', () => {
  test('is sent once, to the address of the account, with a link, and is kept for a while', async () => {
    await using mailing = await openMailing(invited);
    await mailing.tenancy.user('anna', anna);
    const { sender, sent } = openMailbox();
    for (let run = 0; run < 3; run += 1) {
      await mailing.send(sender);
      mailing.wait(60);
    }

    expect(sent).toMatchObject([
      { to: [{ address: 'anna@example.com', name: 'Anna' }], subject: 'Activate your account with Contoso' },
    ]);
    expect(await mailing.mails()).toEqual([
      expect.objectContaining({ state: 'sent', attempts: 1, expires: expect.any(Number) }),
    ]);
    expect((await mailing.mails())[0]).not.toHaveProperty('due');
    const { store } = mailing.tenancy.scope.directory;
    mailing.wait(limits.mailKeptDays * 24 * 60);
    await store.sweep({ before: mailing.tenancy.directory.clock.time, limit: 10 });
    expect(await mailing.mails()).toEqual([]);
  });

  test.each([
    ['userName', ' You sign in as anna.'],
    ['externalId', ''],
  ] as const)('with the login %j tells what a person can type in: %j', async (login, sentence) => {
    await using mailing = await openMailing({ accounts: { login }, notifications: { welcome: true } });
    await mailing.tenancy.user('anna', { ...anna, externalId: 'Ext-1' });
    const { sender, sent } = openMailbox();
    await mailing.send(sender);
    const last = `An account with Contoso has been created for you.${sentence}`;
    expect(sent[0]?.text.split('\n').at(-1)).toBe(last);
  });

  test('holds no address, name or link while it waits', async () => {
    await using mailing = await openMailing(invited);
    await mailing.tenancy.user('anna', anna);

    expect(await mailing.mails()).toEqual([
      {
        id: expect.stringMatching(/^mail:/),
        ...{ tenantId: 'tenant', kind: 'mail', due: expect.any(Number), attempts: 0 },
        ...{ template: 'invitation', account: expect.any(String) },
      },
    ]);
  });

  test('has one id and a new link at each attempt', async () => {
    await using mailing = await openMailing(invited);
    await mailing.tenancy.user('anna', anna);
    const { sender, offered } = openMailbox(answers({ outcome: 'deferred', reason: '451' }));
    await mailing.send(sender);
    mailing.wait(1);
    await mailing.send(sender);

    expect(new Set(offered.map(({ id }) => id)).size).toBe(1);
    expect(new Set(offered.map(linkIn)).size).toBe(2);
    expect(offered[0]?.id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  });

  test('that is not accepted is tried again ever later for about a day, then failed', async () => {
    await using mailing = await openMailing(invited);
    await mailing.tenancy.user('anna', anna);
    const { sender, offered } = openMailbox(answers({ outcome: 'deferred', reason: '451' }));
    const attempts: number[] = [];
    for (let minute = 0; minute < 3 * 24 * 60; minute += 1) {
      const before = offered.length;
      await mailing.send(sender);
      if (offered.length > before) attempts.push(minute);
      mailing.wait(1);
    }

    expect(attempts).toEqual([0, 1, 6, 21, 51, 111, 231, 471, 951, 1431]);
    expect(await mailing.mails()).toMatchObject([{ state: 'failed', reason: '451', attempts: 10 }]);
  });

  test('waits as long as a throttled service asks', async () => {
    await using mailing = await openMailing(invited);
    await mailing.tenancy.user('anna', anna);
    const throttled = { outcome: 'unreachable', reason: '429', retryAfterSeconds: 600 } as const;
    const { sender, sent } = openMailbox(answers(throttled, { outcome: 'accepted' }));
    await mailing.send(sender);
    mailing.wait(9);
    await mailing.send(sender);
    expect(sent).toEqual([]);
    mailing.wait(1);
    await mailing.send(sender);
    expect(sent).toHaveLength(1);
  });

  test('costs the others no attempt while no mail can be handed over', async () => {
    await using mailing = await openMailing({ notifications: { welcome: true } });
    for (let number = 0; number < 20; number += 1) {
      await mailing.tenancy.user(`user${number}`, workEmail(`user${number}@example.com`));
    }
    const { sender, offered } = openMailbox(answers({ outcome: 'unreachable', reason: 'ECONNREFUSED' }));
    await mailing.send(sender);

    expect(offered.length).toBeLessThanOrEqual(limits.mailsAtOnce);
    const tried = (await mailing.mails()).filter(({ attempts }) => attempts > 0);
    expect(tried).toHaveLength(offered.length);
  });

  test.each<[string, Delivery, object]>([
    ['refused', { outcome: 'refused', reason: '550' }, { state: 'failed', reason: '550' }],
    [
      'out of sight',
      { outcome: 'unknown', reason: 'ECONNRESET' },
      { state: 'unknown', reason: 'ECONNRESET' },
    ],
    ['taken for some', { outcome: 'accepted', refused: 1 }, { state: 'sent', refused: 1 }],
  ])('that is %s is not sent again', async (_, delivery, state) => {
    await using mailing = await openMailing(invited);
    await mailing.tenancy.user('anna', anna);
    const { sender, offered } = openMailbox(answers(delivery));
    await mailing.send(sender);
    mailing.wait(2 * 24 * 60);
    await mailing.send(sender);

    expect(offered).toHaveLength(1);
    expect(await mailing.mails()).toMatchObject([state]);
    expect(mailing.lines).toMatchObject([{ template: 'invitation', ...state }]);
  });

  test('whose sender fails in an unknown way counts as perhaps sent', async () => {
    await using mailing = await openMailing(invited);
    await mailing.tenancy.user('anna', anna);
    const { sender } = openMailbox(() => {
      throw new TypeError('anna@example.com is not what I expected');
    });
    await mailing.send(sender);

    expect(await mailing.mails()).toMatchObject([{ state: 'unknown', reason: 'TypeError' }]);
    expect(JSON.stringify(mailing.lines)).not.toContain('anna');
  });

  test('is skipped where the deployment sends none', async () => {
    await using mailing = await openMailing(invited);
    await mailing.tenancy.user('anna', anna);
    await mailing.send(undefined);

    expect(await mailing.mails()).toMatchObject([{ state: 'skipped', reason: 'noSender' }]);
  });
});

describe('a mail is not sent', () => {
  test('B12: while the synchronisation ends, to the owner of an account that still follows from a user', async () => {
    await using mailing = await openMailing({ notifications: { invitation: true } });
    await mailing.tenants.endSynchronization(mailing.tenant.id);
    await mailing.tenancy.user('late', workEmail('late@example.com'));
    const { sender, sent } = openMailbox();
    await mailing.send(sender);

    expect(sent).toEqual([]);
    expect(await mailing.mails()).toMatchObject([{ state: 'skipped', reason: 'outdated' }]);
  });

  test('when its account was disabled, removed or activated meanwhile', async () => {
    await using mailing = await openMailing({ notifications: { invitation: true, welcome: true } });
    const { tenancy } = mailing;
    const [disabled, removed] = [
      await tenancy.user('disabled', workEmail('disabled@example.com')),
      await tenancy.user('removed', workEmail('removed@example.com')),
    ];
    await tenancy.change(disabled, { active: false });
    await tenancy.remove(removed);
    const { sender, sent } = openMailbox();
    await mailing.send(sender);

    expect(sent).toEqual([]);
    expect(new Set((await mailing.mails()).map(({ state, reason }) => `${state} ${reason}`))).toEqual(
      new Set(['skipped outdated']),
    );
  });

  test.each([
    ['no address', {}],
    ['two addresses in one', workEmail('anna@example.com,bert@example.com')],
    ['a line break in its address', workEmail('anna@example.com\r\nBcc: bert@example.com')],
    ['a name in its address', workEmail('Anna <anna@example.com>')],
  ])('to an account with %s', async (_, attributes) => {
    await using mailing = await openMailing(invited);
    await mailing.tenancy.user('anna', attributes);
    const { sender, sent } = openMailbox();
    await mailing.send(sender);

    expect(sent).toEqual([]);
    expect(await mailing.mails()).toMatchObject([{ state: 'failed', reason: 'noRecipient' }]);
  });

  test('for a tenant that is disabled', async () => {
    await using mailing = await openMailing(invited);
    await mailing.tenancy.user('anna', anna);
    await mailing.tenants.edit(mailing.tenant.id, () => ({ enabled: false }));
    await mailing.send(openMailbox().sender);

    expect(await mailing.mails()).toMatchObject([{ state: 'skipped', reason: 'noTenant' }]);
  });
});

describe('a mail that cannot be written', () => {
  test('keeps no other from being sent, and is given up in the end', async () => {
    await using mailing = await openMailing({ notifications: { welcome: true, failures: true } });
    const { store, tenantId } = mailing.tenancy.scope.directory;
    const broken = { id: 'run:1', tenantId, kind: 'run', started: 'never' };
    await store.commit({ container: 'audit', tenantId }, [{ op: 'create', document: broken }]);
    await mailing.write({ template: 'runReport', run: 'run:1' });
    await mailing.tenancy.user('anna', anna);
    const { sender, sent } = openMailbox();
    await expect(mailing.send(sender)).rejects.toThrow('Some mails could not be composed');
    expect(sent).toHaveLength(1);
    for (let hours = 0; hours < 100; hours += 1) {
      mailing.wait(60);
      await mailing.send(sender).catch(() => undefined);
    }

    const [report] = (await mailing.mails()).filter(({ template }) => template === 'runReport');
    expect(report).toMatchObject({ state: 'failed', reason: 'internal' });
  });
});

describe('two runs at once', () => {
  test('send every mail once', async () => {
    await using mailing = await openMailing({ notifications: { welcome: true } });
    for (let number = 0; number < 30; number += 1) {
      await mailing.tenancy.user(`user${number}`, workEmail(`user${number}@example.com`));
    }
    const { sender, sent } = openMailbox(async () => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      return { outcome: 'accepted' };
    });
    await Promise.all([mailing.send(sender), mailing.send(sender), mailing.send(sender)]);

    expect(sent.map(({ to }) => to[0]?.address).toSorted()).toEqual(
      Array.from({ length: 30 }, (_, number) => `user${number}@example.com`).toSorted(),
    );
  });

  test('leave to the later one what the first could not tell within its lease', async () => {
    await using mailing = await openMailing(invited);
    await mailing.tenancy.user('anna', anna);
    const { sender, offered } = openMailbox(async () => {
      mailing.wait(limits.mailLeaseSeconds / 60);
      await mailing.send(sender);
      return { outcome: 'deferred', reason: '451' };
    });
    await mailing.send(sender);

    expect(offered).toHaveLength(1);
    expect(await mailing.mails()).toMatchObject([{ state: 'unknown', reason: 'cutOff' }]);
  });
});

describe('however a run is cut off', () => {
  const outcomes: readonly Delivery[] = [
    { outcome: 'accepted' },
    { outcome: 'deferred', reason: '451' },
    { outcome: 'unreachable', reason: '421' },
    { outcome: 'refused', reason: '550' },
    { outcome: 'unknown', reason: 'ECONNRESET' },
  ];
  const cuts = outcomes.flatMap((first) =>
    (['before', 'after'] as const).map((when) => [first.outcome, when, first] as const),
  );

  test.each(cuts)('after a mail that is %s, %s a commit, nobody gets two', async (_, when, first) => {
    let cutsMade = 0;
    for (let isWhole = false, at = 1; !isWhole; at += 1) {
      await using mailing = await openMailing({ notifications: { invitation: true, welcome: true } });
      await mailing.tenancy.user('anna', anna);
      // What is unknown may have arrived: it counts.
      const arrived: string[] = [];
      let offered = 0;
      const { sender } = openMailbox((message) => {
        offered += 1;
        const delivery = offered === 1 ? first : ({ outcome: 'accepted' } as const);
        if (delivery.outcome === 'accepted' || delivery.outcome === 'unknown') arrived.push(message.id);
        return delivery;
      });
      const { store, broke } = breakingStore(mailing.tenancy.scope.directory.store, { at, when });
      await mailing.send(sender, store).catch((thrown) => expect(thrown.kind).toBe('unavailable'));
      isWhole = !broke();
      cutsMade += isWhole ? 0 : 1;
      for (let run = 0; run < 30; run += 1) {
        mailing.wait(60);
        await mailing.send(sender);
      }

      expect(new Set(arrived).size).toBe(arrived.length);
      const mails = await mailing.mails();
      expect(mails).toHaveLength(2);
      for (const mail of mails) {
        expect(['sent', 'unknown', 'failed']).toContain(mail.state);
        expect(mail).not.toHaveProperty('due');
      }
      // Only a mail whose result was lost may have failed to arrive.
      const surely = mails.filter(({ state }) => state === 'sent').length;
      expect(arrived.length).toBeGreaterThanOrEqual(surely);
    }
    expect(cutsMade).toBeGreaterThanOrEqual(4);
  });

  test('a sender that ends with its process leaves a mail that is shown as unknown', async () => {
    await using mailing = await openMailing(invited);
    await mailing.tenancy.user('anna', anna);
    const gone = openMailbox(() => new Promise(() => undefined));
    void mailing.send(gone.sender);
    while (gone.offered.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    const { sender, offered } = openMailbox();
    await mailing.send(sender);
    expect(await mailing.mails()).toMatchObject([{ state: 'sending' }]);
    mailing.wait(limits.mailLeaseSeconds / 60);
    await mailing.send(sender);

    expect(offered).toEqual([]);
    expect(await mailing.mails()).toMatchObject([{ state: 'unknown', reason: 'cutOff' }]);
    expect(mailing.lines).toMatchObject([{ state: 'unknown', reason: 'cutOff' }]);
  });
});

describe('mails to administrators', () => {
  const administrators = ['one@example.com', 'two@example.com'];
  const day = 24 * 60 * 60_000;

  test('report a run with its counts, its first refusals and what is held', async () => {
    await using mailing = await openMailing({ notifications: { administrators, failures: true } });
    const { store, tenantId } = mailing.tenancy.scope.directory;
    const run = {
      ...{ id: 'run:1', tenantId, kind: 'run', credential: 'key', state: 'closed' },
      ...{ started: Date.UTC(2030, 0, 1, 8, 5), seen: Date.UTC(2030, 0, 1, 8, 45) },
      counts: { created: 3, changed: 2, deleted: 1, accounts: 3 },
      refused: { uniqueness: 30, invalidValue: 1 },
      held: { noLicence: 4 },
      details: Array.from({ length: 12 }, (_, number) => ({
        ...{ error: 'uniqueness', detail: `userName is taken ${number}` },
        ...(number === 0 && { resourceType: 'User', resource: 'user-0' }),
      })),
    };
    await store.commit({ container: 'audit', tenantId }, [{ op: 'create', document: run }]);
    await mailing.write({ template: 'runReport', run: run.id }, run.id);
    await expect(mailing.write({ template: 'runReport', run: run.id }, run.id)).rejects.toMatchObject({
      kind: 'conflict',
    });
    const { sender, sent } = openMailbox();
    await mailing.send(sender);

    expect(sent).toMatchObject([{ to: administrators.map((address) => ({ address })) }]);
    const [{ subject, text, html } = { subject: '', text: '', html: '' }] = sent;
    expect(subject).toBe('Contoso: failures in the synchronisation of 2030-01-01 08:05 UTC');
    for (const line of [
      'From 2030-01-01 08:05 UTC to 2030-01-01 08:45 UTC',
      'Created: 3',
      'Refused: 31',
      'Accounts held: 4',
      '- User user-0: userName is taken 0 (uniqueness)',
      '- userName is taken 9 (uniqueness)',
      '- noLicence: 4',
      'Every refusal is in the audit trail: GET /manage/tenants/tenant/audit?run=run:1',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
    expect(text).not.toContain('taken 10');
    expect(html).toContain('<li>User user-0: userName is taken 0 (uniqueness)</li>');
  });

  test('are not written where nobody wants them', async () => {
    await using mailing = await openMailing({ notifications: { administrators } });
    const { store, tenantId } = mailing.tenancy.scope.directory;
    const run = { id: 'run:1', tenantId, kind: 'run', started: 0, seen: 0 };
    await store.commit({ container: 'audit', tenantId }, [{ op: 'create', document: run }]);
    await mailing.write({ template: 'runReport', run: 'run:1' });
    await mailing.write({ template: 'runReport', run: 'run:2' });
    const { sender, sent } = openMailbox();
    await mailing.send(sender);

    expect(sent).toEqual([]);
    expect(new Set((await mailing.mails()).map(({ reason }) => reason))).toEqual(
      new Set(['unwanted', 'outdated']),
    );
  });

  test('warn of a key that ends, unless it was revoked', async () => {
    await using mailing = await openMailing({ notifications: { administrators } });
    const { tenants, tenant, tenancy } = mailing;
    const expires = tenancy.directory.clock.time + 6.5 * day;
    const keys = [
      { id: 'abc', kind: 'key' as const, status: 'active' as const, expires },
      { id: 'def', kind: 'key' as const, status: 'revoked' as const, expires },
    ];
    await tenants.replaceKeys(tenant.id, () => keys);
    for (const key of ['abc', 'def', 'ghi']) await mailing.write({ template: 'keyExpiry', key, days: 7 });
    const { sender, sent } = openMailbox();
    await mailing.send(sender);

    expect(sent).toMatchObject([{ subject: 'Contoso: a provisioning key expires in 7 days' }]);
    expect(sent[0]?.text).toContain('Key: abc\nExpires: 2030-01-07, in 7 days');
  });
});
