import { describe, expect, test } from 'vitest';
import { limits } from '../../lib/base/limits.ts';
import type { MailMessage } from '../../lib/mail/mail-sender.ts';
import { activateAccount, createActivation } from '../../lib/notifications/activation.ts';
import type { PolicyInput } from '../../lib/tenants/policy.ts';
import { openTenancy, workEmail } from '../accounts/tenancy.ts';
import { breakingStore, intercept } from '../directory/directory.ts';
import { type Mailing, openMailbox, openMailing } from './mailing.ts';

const invitation: PolicyInput = { notifications: { invitation: true } };
const tokenIn = ({ text }: MailMessage) => /[\w-]{100,}/.exec(text)?.[0] ?? '';

/** An invited user, the token of its invitation, and what the page does with it. */
async function invite(policy = invitation) {
  const mailing = await openMailing(policy);
  const user = await mailing.tenancy.user('anna', workEmail('anna@example.com'));
  const { sender, sent } = openMailbox();
  await mailing.send(sender);
  const [message] = sent;
  if (!message) throw new Error('No mail was sent');
  return { mailing, user, token: tokenIn(message), message, activation: activationOf(mailing) };
}

const activationOf = ({ links, tenants, tenancy }: Mailing) =>
  createActivation({ links, tenants, accountsOf: () => tenancy.scope });

describe('an invitation', () => {
  test('activates the account once, and looking at it changes nothing', async () => {
    const { mailing, user, token, activation } = await invite();
    await using _ = mailing;
    const known = { product: 'Contoso', tenant: 'tenant', account: await mailing.accountIdOf(user) };
    for (let looks = 0; looks < 2; looks += 1) {
      expect(await activation.look(token)).toEqual({ outcome: 'ready', ...known });
      expect(await mailing.tenancy.accountOf(user)).toMatchObject({ state: 'invited', activated: false });
    }
    expect(await activation.activate(token)).toEqual({ outcome: 'activated', ...known });
    expect(await mailing.tenancy.accountOf(user)).toMatchObject({ state: 'active', activated: true });
    expect(await activation.activate(token)).toEqual({ outcome: 'active', ...known });
    expect(await activation.look(token)).toEqual({ outcome: 'active', ...known });
    const records = await mailing.tenancy.directory.all('users', 'record');
    expect(records.filter(({ operation }) => operation === 'activate')).toHaveLength(1);
  });

  test('that was followed holds: later synchronisations leave the account active', async () => {
    const { mailing, user, token, activation } = await invite();
    await using _ = mailing;
    await activation.activate(token);
    await mailing.tenancy.change(user, { displayName: 'Anna B', active: false });
    await mailing.tenancy.change(user, { active: true });
    expect(await mailing.tenancy.accountOf(user)).toMatchObject({ state: 'active', activated: true });
  });

  test('opens nothing when it is changed, cut, of another purpose or another deployment', async () => {
    const { mailing, user, token, activation } = await invite();
    await using _ = mailing;
    const other = await invite();
    await using __ = other.mailing;
    const account = await mailing.accountIdOf(user);
    const policy = { ...mailing.tenant.policy };
    const passwordUrl = 'https://app.example.com/{token}';
    const notifications = { ...policy.notifications, passwordUrl };
    const tenant = { ...mailing.tenant, policy: { ...policy, notifications } };
    const attributes = { email: 'anna@example.com' };
    const link = await mailing.links.linkFor('password', tenant, { id: account, attributes });
    const password = link?.split('/').at(-1) ?? '';
    const changed = `${token.slice(0, 20)}${token[20] === 'A' ? 'B' : 'A'}${token.slice(21)}`;
    const strange = [token.slice(1), `${token}A`, changed, '', 'x', password, other.token];
    for (const text of strange) {
      expect(await activation.activate(text)).toEqual({ outcome: 'unknownLink' });
    }
    expect(await mailing.tenancy.accountOf(user)).toMatchObject({ state: 'invited' });
  });

  test('expires', async () => {
    const { mailing, token, activation } = await invite();
    await using _ = mailing;
    mailing.wait(limits.linkDays * 24 * 60 - 1);
    expect(await activation.look(token)).toMatchObject({ outcome: 'ready' });
    mailing.wait(1);
    expect(await activation.look(token)).toMatchObject({ outcome: 'expired' });
    expect(await activation.activate(token)).toMatchObject({ outcome: 'expired' });
  });

  test('does nothing for an account that is disabled or gone, or a tenant that is', async () => {
    const { mailing, user, token, activation } = await invite();
    await using _ = mailing;
    await mailing.tenancy.change(user, { active: false });
    expect(await activation.activate(token)).toMatchObject({ outcome: 'inactive' });
    await mailing.tenancy.change(user, { active: true });
    await mailing.tenants.edit(mailing.tenant.id, () => ({ enabled: false }));
    expect(await activation.activate(token)).toEqual({ outcome: 'gone' });
    await mailing.tenants.edit(mailing.tenant.id, () => ({ enabled: true }));
    await mailing.tenancy.remove(user);
    expect(await activation.activate(token)).toMatchObject({ outcome: 'gone' });
    expect(await mailing.tenancy.accountOf(user)).toMatchObject({ state: 'removed', activated: false });
  });

  test('opens nothing any more once the address is corrected, and goes to the right one', async () => {
    const { mailing, user, token, activation } = await invite();
    await using _ = mailing;
    await mailing.tenancy.change(user, workEmail('anne@example.com'));
    expect(await activation.look(token)).toMatchObject({ outcome: 'gone' });
    expect(await activation.activate(token)).toMatchObject({ outcome: 'gone' });
    const { sender, sent } = openMailbox();
    await mailing.send(sender);
    expect(sent.map(({ to }) => to)).toMatchObject([[{ address: 'anne@example.com' }]]);
    const [message] = sent;
    expect(message && (await activation.activate(tokenIn(message)))).toMatchObject({ outcome: 'activated' });
    await mailing.tenancy.change(user, workEmail('anna@example.com'));
    await mailing.send(sender);
    expect(sent).toHaveLength(1);
  });

  test('leads to the page of the product where the tenant names one', async () => {
    const activationUrl = 'https://app.example.com/welcome?token={token}&from=mail';
    const { mailing, message, token, activation } = await invite({
      notifications: { invitation: true, activationUrl },
    });
    await using _ = mailing;
    expect(message.text.split('\n')).toContain(activationUrl.replace('{token}', token));
    expect(await activation.activate(token)).toMatchObject({ outcome: 'activated' });
  });
});

describe('activateAccount()', () => {
  async function openInvited() {
    const tenancy = openTenancy(invitation);
    const user = await tenancy.user('anna', workEmail('anna@example.com'));
    const [document] = await tenancy.directory.all('users', 'account');
    return { tenancy, user, account: document?.id.replace('account:', '') ?? '' };
  }

  test('is done once, however many follow the link at the same time', async () => {
    const { tenancy, user, account } = await openInvited();
    await using _ = tenancy;
    const outcomes = await Promise.all(
      Array.from({ length: 16 }, () => activateAccount(tenancy.scope, account)),
    );
    expect(outcomes.toSorted()).toEqual(['activated', ...Array(15).fill('active')]);
    expect(await tenancy.accountOf(user)).toMatchObject({ state: 'active' });
  });

  test('does not undo what the client did in the meantime', async () => {
    const { tenancy, user, account } = await openInvited();
    await using _ = tenancy;
    const { store } = tenancy.scope.directory;
    let isFirst = true;
    const racing = intercept(store, async (partition, changes) => {
      if (isFirst) {
        isFirst = false;
        await tenancy.change(user, { active: false });
      }
      return store.commit(partition, changes);
    });
    expect(await activateAccount(tenancy.as({ store: racing }), account)).toBe('disabled');
    expect(await tenancy.accountOf(user)).toMatchObject({ state: 'disabled', activated: false });
  });

  test.each(['before', 'after'] as const)(
    'may be repeated when it is cut off %s its commit',
    async (when) => {
      const { tenancy, user, account } = await openInvited();
      await using _ = tenancy;
      const { store } = breakingStore(tenancy.scope.directory.store, { at: 1, when });
      await expect(activateAccount(tenancy.as({ store }), account)).rejects.toMatchObject({
        kind: 'unavailable',
      });
      expect(await activateAccount(tenancy.scope, account)).toBe(when === 'before' ? 'activated' : 'active');
      expect(await tenancy.accountOf(user)).toMatchObject({ state: 'active' });
    },
  );

  test('finds no account that there is not', async () => {
    await using tenancy = openTenancy(invitation);
    expect(await activateAccount(tenancy.scope, 'absent')).toBeUndefined();
  });
});
