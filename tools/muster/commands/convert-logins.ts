import { findTenant, type TenantView } from '../api/find-tenant.ts';
import { at } from '../api/path.ts';
import { command, flag } from '../command.ts';
import { CommandError } from '../command-error.ts';
import {
  accountsIn,
  type Conversion,
  convertLogins,
  nothingConverted,
  type Standing,
} from '../login-conversion.ts';
import { type PlaceFile, placeFile } from '../place-file.ts';
import type { Session } from '../session.ts';
import { count, createProgress } from '../terminal/progress.ts';
import { toTable } from '../terminal/table.ts';

interface Work {
  readonly tenant: TenantView;
  /** The path of the operation. */
  readonly path: string;
  readonly place: PlaceFile;
  /** The approximate number of accounts. */
  readonly total: number;
}

const clashesShown = 20;
const reasons = {
  noAddress: 'it has no e-mail address',
  loginTaken: 'another account signs in with its e-mail address',
} as const;

/** The command that makes e-mail addresses the logins of accounts. */
export const conversionCommands = [
  command({
    name: 'convert-logins',
    takes: ['tenant'],
    summary: 'Makes the e-mail address the login of all accounts of a tenant, existing and future.',
    details:
      'It first shows what would change, and asks whether to continue. Meanwhile the endpoint keeps serving ' +
      'requests. After an interruption, continue with --resume. It exits with 1 if accounts have to keep their login.',
    example: 'convert-logins Contoso --dry-run',
    options: {
      dryRun: flag('--dry-run', 'only show what would change'),
      resume: flag('--resume', 'continue an interrupted conversion'),
      yes: flag('--yes', 'do not ask whether to continue'),
    },
    async run(session, { tenant: reference, dryRun = false, resume = false, yes = false }) {
      if (dryRun && resume)
        throw new CommandError('usage', 'A dry run has nothing to resume: use either --dry-run or --resume.');
      const mustAsk = !(dryRun || resume || yes);
      if (mustAsk && !session.person.isThere)
        throw new CommandError('usage', 'There is no terminal to ask on: add --yes.');
      const work = await prepare(session, reference);
      const kept = await work.place.read();
      if (resume) return report(session, await convert(session, work, requireKept(kept)));
      if (kept) {
        session.output.note(
          `A conversion stopped after ${count(accountsIn(kept))} accounts: --resume continues it.`,
        );
      }
      const foreseen = await foresee(session, work);
      if (dryRun) return report(session, foreseen, 'would get');
      session.output.note(...describe(foreseen, 'would get').split('\n'));
      if (mustAsk) await requireConsent(session, work.tenant);
      report(session, await convert(session, work, nothingConverted));
    },
  }),
];

async function prepare(session: Session, reference: string): Promise<Work> {
  const tenant = await findTenant(session, reference);
  const path = at`/tenants/${tenant.id}/status`;
  const { accounts } = await session.api.get<{ accounts: Readonly<Record<string, number>> }>(path);
  return {
    tenant,
    path: at`/tenants/${tenant.id}/login-conversion`,
    place: placeFile(await session.stateFolder(), tenant.id),
    total: Object.values(accounts).reduce((sum, number) => sum + number, 0),
  };
}

async function foresee({ api, output }: Session, { path, total }: Work): Promise<Conversion> {
  const progress = createProgress(output, { title: 'Checking logins', total, done: 0 });
  const onPage = (standing: Standing) => progress.advance(accountsIn(standing));
  return convertLogins(api, { path, dryRun: true, from: nothingConverted, onPage }).finally(progress.finish);
}

async function convert(
  { api, output, signal }: Session,
  { path, place, total }: Work,
  from: Standing,
): Promise<Conversion> {
  const progress = createProgress(output, { title: 'Converting logins', total, done: accountsIn(from) });
  let standing = from;
  const onPage = async (reached: Standing) => {
    standing = reached;
    await place.keep(reached);
    progress.advance(accountsIn(reached));
  };
  try {
    const conversion = await convertLogins(api, { path, dryRun: false, from, onPage });
    await place.remove();
    return conversion;
  } catch (cause) {
    if (!(cause instanceof CommandError || signal.aborted)) throw cause;
    const reason = signal.aborted ? 'Interrupted.' : (cause as CommandError).message;
    const done = count(accountsIn(standing));
    const advice =
      standing === nothingConverted
        ? 'Nothing was converted.'
        : `${done} accounts are done: to continue, run the same command with --resume.`;
    throw new CommandError(signal.aborted ? 'interrupted' : 'failed', `${reason} ${advice}`, { cause });
  } finally {
    progress.finish();
  }
}

function requireKept(kept: Standing | undefined): Standing {
  if (kept) return kept;
  throw new CommandError('failed', 'No conversion of this tenant was interrupted here: leave out --resume.');
}

async function requireConsent({ person }: Session, { name }: TenantView): Promise<void> {
  const answer = await person.ask(`Convert the logins of ${name}? Type yes to continue: `);
  if (/^y(es)?$/i.test(answer.trim())) return;
  throw new CommandError('failed', 'Nothing was converted.');
}

function report({ output }: Session, conversion: Conversion, verb = 'got'): void {
  output.result(conversion, () => describe(conversion, verb));
  const { clashes } = conversion;
  if (clashes.length === 0) return;
  throw new CommandError('failed', 'Give each of these accounts an address of its own, then convert again.');
}

function describe({ converted, unchanged, clashes }: Conversion, verb: string): string {
  const lines = [
    `${count(converted)} accounts ${verb} their e-mail address as login; ` +
      `${count(unchanged)} already have it or have no login.`,
  ];
  if (clashes.length > 0) {
    const columns = {
      Account: ({ account }: (typeof clashes)[number]) => account,
      Because: ({ reason }: (typeof clashes)[number]) => reasons[reason],
    };
    lines.push(`${count(clashes.length)} accounts keep their login:`);
    lines.push(toTable(clashes.slice(0, clashesShown), columns));
  }
  const more = clashes.length - clashesShown;
  if (more > 0) lines.push(`and ${count(more)} more, which --json lists.`);
  return lines.join('\n');
}
