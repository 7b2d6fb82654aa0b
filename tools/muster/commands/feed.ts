import { findTenant } from '../api/find-tenant.ts';
import { at } from '../api/path.ts';
import { command, flag } from '../command.ts';
import { CommandError } from '../command-error.ts';

/** The commands on feeds. */
export const feedCommands = [
  command({
    name: 'feed renew',
    takes: [],
    mayTake: 'tenant',
    summary: 'Ends all cursors of a tenant, or of all, after data were restored or imported.',
    details:
      'Products read a snapshot then. It also ends the cursors over all tenants. Events and their sequences go on.',
    example: 'feed renew --all',
    options: { all: flag('--all', 'the feeds of all tenants') },
    async run(session, { tenant: reference, all }) {
      if ((reference === undefined) === (all === undefined)) {
        throw new CommandError('usage', 'Name a tenant, or give --all for all of them.');
      }
      if (reference === undefined) {
        await session.api.post('/feed/renew');
        session.output.result({ renewed: 'all' }, () => 'The feeds of all tenants are renewed.');
        return;
      }
      const { id, name } = await findTenant(session, reference);
      await session.api.post(at`/tenants/${id}/feed/renew`);
      session.output.result({ renewed: id }, () => `The feed of ${name} is renewed.`);
    },
  }),
];
