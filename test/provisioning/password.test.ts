import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { ResourceDocument } from '../../lib/directory/resource-document.ts';
import { createPasswords, settlePassword, withPassword } from '../../lib/provisioning/password.ts';
import { groupType, userType } from '../../lib/scim/schema/resource-types.ts';

const passwords = createPasswords({ randomBytes });

describe('createPasswords()', () => {
  test('hashes with scrypt and a salt of its own each time', async () => {
    const [one, other] = await Promise.all([passwords.hash('Sesame-1'), passwords.hash('Sesame-1')]);
    expect(one).toMatch(/^\$scrypt\$n=16384,r=8,p=1\$[\w-]{22}\$[\w-]{43}$/);
    expect(other).not.toBe(one);
    expect(one).not.toContain('Sesame');
    expect(await passwords.matches('Sesame-1', one)).toBe(true);
    expect(await passwords.matches('sesame-1', one)).toBe(false);
  });

  test('takes one text in two Unicode forms, and every space, for the same (RFC 7644 7.8)', async () => {
    const hashed = await passwords.hash('Caf\u00e9 au lait');
    expect(await passwords.matches('Cafe\u0301\u00a0au\u2003lait', hashed)).toBe(true);
  });

  test('compares with a hash by the cost that it was made with', async () => {
    const cheap = '$scrypt$n=2,r=8,p=1$c2FsdA$tCF4H4v9hTpkfPyw4pYJUGYn-AN6AE1ejo1TPBzFL-A';
    expect(await passwords.matches('other', cheap)).toBe(false);
  });

  test.each(['', 'plain', '$scrypt$n=2,r=8,p=1$c2FsdA$', '$scrypt$n=2,r=8,p=1$c2FsdA$c2hvcnQ'])(
    'matches nothing with %o, which is no hash',
    async (hashed) => {
      expect(await passwords.matches('', hashed)).toBe(false);
    },
  );
});

describe('settlePassword()', () => {
  const stored = async (password?: string) => {
    const secret = password === undefined ? {} : { secret: { password: await passwords.hash(password) } };
    return { resource: { userName: 'ada' }, ...secret } as unknown as ResourceDocument;
  };
  const settle = (next: object, before?: ResourceDocument) =>
    settlePassword(passwords, userType, { next: { ...next }, ...(before && { before }) });

  test('takes a new password out of the resource and names it only', async () => {
    const settled = await settle({ userName: 'ada', password: 'Sesame-1' });
    expect(settled).toEqual({
      resource: { userName: 'ada' },
      properties: { secret: { password: expect.stringMatching(/^\$scrypt\$/) } },
      attributes: ['password'],
    });
  });

  test('takes the password that is there already for no change', async () => {
    const before = await stored('Sesame-1');
    expect(await settle({ userName: 'ada', password: 'Sesame-1' }, before)).toBeUndefined();
    expect(await settle(withPassword(before, userType), before)).toBeUndefined();
    expect(await settle({ ...withPassword(before, userType), title: 'Dr' }, before)).toEqual({
      resource: { userName: 'ada', title: 'Dr' },
    });
  });

  test('hashes another password and drops one that is removed', async () => {
    const before = await stored('Sesame-1');
    const changed = await settle({ userName: 'ada', password: 'Sesame-2' }, before);
    expect(changed?.properties?.secret?.password).not.toBe(before.secret?.password);
    expect(await settle({ userName: 'ada' }, before)).toEqual({
      resource: { userName: 'ada' },
      properties: { secret: undefined },
      attributes: ['password'],
    });
  });

  test('changes nothing of a resource that has no password', async () => {
    const before = await stored();
    expect(await settle({ userName: 'ada' }, before)).toBeUndefined();
    const next = { displayName: 'Tour Guides', password: 'no attribute of groups' };
    expect(await settlePassword(passwords, groupType, { next })).toEqual({ resource: next });
  });

  test('refuses an empty password', async () => {
    await expect(settle({ userName: 'ada', password: '' })).rejects.toMatchObject({ code: 'invalidValue' });
  });
});
