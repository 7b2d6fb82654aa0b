import { expect } from 'vitest';
import { person } from './entra.ts';
import { rowsOf } from './row.ts';

const row = rowsOf('v6', {}, 'sentences');

row(
  'B6',
  {
    says: 'Once user ids are converted to e-mail, Entra ID provisions the users who were there before',
    off: { accounts: { adopt: { handMade: false } } },
  },
  async ({ entra, flagged, local }) => {
    const made = [];
    for (const name of ['anna', 'bert']) {
      const attributes = { email: `${name}@contoso.com`, displayName: 'Before' };
      made.push(await local.makeAccount({ login: name, attributes }));
    }
    await local.done('POST', '/login-conversion', { dryRun: false, limit: 100 });
    const people = [person('anna'), person('bert')];
    for (const [index, client] of [entra, flagged].entries()) {
      const one = people[index] ?? person('nobody');
      await client.provision(one);
      expect(await local.account(one)).toMatchObject({
        ...{ id: made[index].id, state: 'active', adopted: true, login: one.values.userName },
        attributes: { displayName: one.values.displayName },
      });
      await client.change(one, { displayName: 'After' });
      expect(await local.account(one)).toMatchObject({ attributes: { displayName: 'After' } });
    }
  },
);

row(
  'B7',
  {
    says: 'Reports on failures go to administrators and user managers (in Sofa 365 Bridge: subject managers)',
    off: { notifications: { administratorRoles: [] } },
  },
  async (stage) => {
    const managed = { v6: 'userManager', sofa: 'subjectManager' } as const;
    for (const [preset, manager] of Object.entries(managed)) {
      const { entra, local, pass, timers, mailsTo } =
        preset === 'v6' ? stage : await stage.another(preset as keyof typeof managed);
      const made = { boss: 'administrator', hr: manager, anna: 'user' };
      for (const [name, role] of Object.entries(made))
        await local.makeAccount({ role, login: name, attributes: { email: `${name}@contoso.com` } });
      await entra.provision(person('bert'));
      expect((await entra.post(person('bert'))).status).toBe(409);
      await timers();
      pass({ minutes: 15 });
      await timers();
      await timers();
      await mailsTo('boss@contoso.com', 1);
      await mailsTo('hr@contoso.com', 1);
      await mailsTo('anna@contoso.com', 0);
    }
  },
);
