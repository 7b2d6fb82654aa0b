import { type LoginSetting, loginKindOf } from '../../../lib/tenants/login-policy.ts';
import { findTenant, type TenantView } from '../api/find-tenant.ts';
import { at } from '../api/path.ts';
import { choice, command, flag, text } from '../command.ts';
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
  noValue: 'its user has no value for it',
} as const;
/** The kinds of logins in words. */
const names = {
  userName: 'userName',
  email: 'e-mail address',
  mailbox: 'mailbox name',
  externalId: 'externalId',
  federated: 'subject at the issuer',
} as const;

/** The command that makes e-mail addresses, or other values, the logins of accounts. */
export const conversionCommands = [
  command({
    name: 'convert-logins',
    takes: ['tenant'],
    summary:
      'Makes the e-mail address, or another value, the login of all accounts of a tenant, existing and future.',
    details:
      'It first shows what would change, and asks whether to continue. Meanwhile the endpoint keeps serving ' +
      'requests. After an interruption, continue with --resume. It exits with 1 if accounts have to keep their login.',
    example: 'convert-logins Contoso --dry-run',
    options: {
      to: choice('--to <login>', 'what the logins become (default: email)', [
        ...(['userName', 'email', 'mailbox', 'externalId'] as const),
      ]),
      issuer: text('--issuer <address>', 'with --subject: the logins become subjects at this issuer'),
      subject: text('--subject <path>', 'attribute of the user that holds the subject, such as externalId'),
      dryRun: flag('--dry-run', 'only show what would change'),
      resume: flag('--resume', 'continue an interrupted conversion'),
      yes: flag('--yes', 'do not ask whether to continue'),
    },
    async run(session, { tenant: reference, dryRun = false, resume = false, yes = false, ...target }) {
      if (resume && Object.values(target).some((value) => value !== undefined))
        throw new CommandError(
          'usage',
          'A resumed conversion keeps its target: leave out --to, --issuer and --subject.',
        );
      const to = settingOf(target);
      if (dryRun && resume)
        throw new CommandError('usage', 'A dry run has nothing to resume: use either --dry-run or --resume.');
      const mustAsk = !(dryRun || resume || yes);
      if (mustAsk && !session.person.isThere)
        throw new CommandError('usage', 'There is no terminal to ask on: add --yes.');
      const work = await prepare(session, reference);
      const kept = await work.place.read();
      if (resume) {
        const from = requireKept(kept);
        return report(session, await convert(session, work, from), { to: from.to, verb: 'got' });
      }
      if (kept) {
        session.output.note(
          `A conversion stopped after ${count(accountsIn(kept))} accounts: --resume continues it.`,
        );
      }
      const foreseen = await foresee(session, work, to);
      if (dryRun) return report(session, foreseen, { to, verb: 'would get' });
      session.output.note(...describe(foreseen, { to, verb: 'would get' }).split('\n'));
      if (mustAsk) await requireConsent(session, work.tenant);
      report(session, await convert(session, work, nothingConverted(to)), { to, verb: 'got' });
    },
  }),
];

/** The setting that the options name; throws CommandError. */
function settingOf({ to, issuer, subject }: Target): LoginSetting {
  if (issuer === undefined && subject === undefined) return to ?? 'email';
  if (issuer !== undefined && subject !== undefined && to === undefined)
    return { federated: { issuer, subject } };
  throw new CommandError('usage', 'Give either --to, or --issuer and --subject together.');
}

interface Target {
  readonly to: Extract<LoginSetting, string> | undefined;
  readonly issuer: string | undefined;
  readonly subject: string | undefined;
}

/** The words for a conversion. */
interface Wording {
  readonly to: LoginSetting;
  /** Such as `got`. */
  readonly verb: string;
}

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

async function foresee(
  { api, output }: Session,
  { path, total }: Work,
  to: LoginSetting,
): Promise<Conversion> {
  const progress = createProgress(output, { title: 'Checking logins', total, done: 0 });
  const onPage = (standing: Standing) => progress.advance(accountsIn(standing));
  const from = nothingConverted(to);
  return convertLogins(api, { path, dryRun: true, from, onPage }).finally(progress.finish);
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
      standing.after === undefined
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

function report({ output }: Session, conversion: Conversion, wording: Wording): void {
  output.result(conversion, () => describe(conversion, wording));
  const { clashes } = conversion;
  if (clashes.length === 0) return;
  const value = wording.to === 'email' ? 'an address' : 'a value';
  throw new CommandError('failed', `Give each of these accounts ${value} of its own, then convert again.`);
}

function describe({ converted, unchanged, clashes }: Conversion, { to, verb }: Wording): string {
  const name = names[loginKindOf(to)];
  const because = { ...reasons, loginTaken: `another account signs in with its ${name}` };
  const lines = [
    `${count(converted)} accounts ${verb} their ${name} as login; ` +
      `${count(unchanged)} already have it or have no login.`,
  ];
  if (clashes.length > 0) {
    const columns = {
      Account: ({ account }: (typeof clashes)[number]) => account,
      Because: ({ reason }: (typeof clashes)[number]) => because[reason],
    };
    lines.push(`${count(clashes.length)} accounts keep their login:`);
    lines.push(toTable(clashes.slice(0, clashesShown), columns));
  }
  const more = clashes.length - clashesShown;
  if (more > 0) lines.push(`and ${count(more)} more, which --json lists.`);
  return lines.join('\n');
}
