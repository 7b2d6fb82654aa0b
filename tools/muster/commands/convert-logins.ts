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
  /** Of the operation. */
  readonly path: string;
  readonly place: PlaceFile;
  /** How many accounts there are, about. */
  readonly total: number;
}

const clashesShown = 20;
const reasons = {
  noAddress: 'it has no e-mail address',
  loginTaken: 'another account signs in with its e-mail address',
} as const;

/** The command that makes e-mail addresses of logins. */
export const conversionCommands = [
  command({
    name: 'convert-logins',
    takes: ['tenant'],
    summary: 'Makes e-mail addresses the logins of all accounts of a tenant, and of those that are to come.',
    details:
      'It first tells what would become of the accounts, and asks whether to go on. The endpoint serves on ' +
      'meanwhile. Interrupted, it goes on with --resume. Ends with 1 where accounts have to keep their login.',
    example: 'convert-logins Contoso --dry-run',
    options: {
      dryRun: flag('--dry-run', 'only tell what would become of the accounts'),
      resume: flag('--resume', 'go on where a conversion was interrupted'),
      yes: flag('--yes', 'do not ask whether to go on'),
    },
    async run(session, { tenant: reference, dryRun = false, resume = false, yes = false }) {
      if (dryRun && resume)
        throw new CommandError('usage', 'A dry run has nothing to resume: leave one out.');
      const mustAsk = !(dryRun || resume || yes);
      if (mustAsk && !session.person.isThere)
        throw new CommandError('usage', 'Nobody can be asked: give --yes.');
      const work = await prepare(session, reference);
      const kept = await work.place.read();
      if (resume) return report(session, await convert(session, work, requireKept(kept)));
      if (kept) {
        session.output.note(
          `A conversion stopped after ${count(accountsIn(kept))} accounts: --resume goes on there.`,
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
  const progress = createProgress(output, { title: 'Looking at logins', total, done: 0 });
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
        ? 'Nothing is converted.'
        : `${done} accounts are done: go on with the same command and --resume.`;
    throw new CommandError(signal.aborted ? 'interrupted' : 'failed', `${reason} ${advice}`, { cause });
  } finally {
    progress.finish();
  }
}

function requireKept(kept: Standing | undefined): Standing {
  if (kept) return kept;
  throw new CommandError('failed', 'No conversion of this tenant was interrupted here: leave --resume out.');
}

async function requireConsent({ person }: Session, { name }: TenantView): Promise<void> {
  const answer = await person.ask(`Convert the logins of ${name}? Type yes to go on: `);
  if (/^y(es)?$/i.test(answer.trim())) return;
  throw new CommandError('failed', 'Nothing is converted.');
}

function report({ output }: Session, conversion: Conversion, verb = 'got'): void {
  output.result(conversion, () => describe(conversion, verb));
  const { clashes } = conversion;
  if (clashes.length === 0) return;
  throw new CommandError('failed', 'Give these accounts addresses of their own, then convert once more.');
}

function describe({ converted, unchanged, clashes }: Conversion, verb: string): string {
  const lines = [
    `${count(converted)} accounts ${verb} their e-mail address as login; ${count(unchanged)} have it, or no login.`,
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
