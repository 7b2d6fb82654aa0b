import { copyFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Ended, runCommand } from '../judge/run-command.ts';
import { type SnapshotVariant, snapshotNames, snapshotPath, snapshotVariants } from './snapshots.ts';

/** A Bicep compiler that can be run. */
export interface Bicep {
  /** `bicep`, or the path of it. */
  readonly command: string;
  /** Such as `0.49.2`. */
  readonly version: string;
}

/** A sentence for machines on which nothing can compile the templates. */
export const withoutBicep =
  'There is no "bicep" command on the PATH, so nothing compiles the templates: only our evaluator is compared ' +
  'with infra/snapshots/.';

const template = 'infra/main.bicep';
const parameters = 'infra/main.bicepparam';

/** The resource group of the snapshots; it need not exist. */
const place = [
  ...['--subscription-id', '11111111-1111-1111-1111-111111111111'],
  ...['--resource-group', 'rg-muster', '--location', 'westeurope'],
];

/** Finds the compiler; undefined where there is none. */
export async function findBicep(command = 'bicep'): Promise<Bicep | undefined> {
  const { stdout } = await runCommand(command, ['--version']);
  const version = /^Bicep CLI version (\S+)/.exec(stdout)?.[1];
  return version === undefined ? undefined : { command, version };
}

/**
 * Builds and lints the templates, checks their format, and builds the parameters of each variant; yields every line
 * of complaint, warnings included.
 */
export async function compile(bicep: Bicep): Promise<readonly string[]> {
  const found = [...(await complaints(bicep, ['build', template, '--stdout']))];
  found.push(...(await complaints(bicep, ['lint', template])));
  for (const variant of snapshotNames) {
    found.push(...(await complaints(bicep, ['build-params', parameters, '--stdout'], { variant })));
  }
  for (const file of bicepFiles()) found.push(...(await formatFaults(bicep, file)));
  return [...new Set(found)];
}

/** Takes the snapshot of each variant into a folder; yields every line of complaint. */
export async function takeSnapshots(bicep: Bicep, folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  // The compiler writes a snapshot beside the parameters.
  const cwd = mkdtempSync(join(tmpdir(), 'muster-infra-'));
  cpSync('infra', join(cwd, 'infra'), { recursive: true });
  for (const variant of snapshotNames) {
    const args = ['snapshot', parameters, '--mode', 'overwrite', ...place];
    const lines = await complaints(bicep, args, { variant, cwd });
    if (lines.length === 0) {
      copyFileSync(join(cwd, 'infra', 'main.snapshot.json'), snapshotPath(variant, folder));
    }
    found.push(...lines);
  }
  rmSync(cwd, { recursive: true });
  return [...new Set(found)];
}

interface Setting {
  readonly variant?: SnapshotVariant;
  readonly cwd?: string;
}

function run({ command }: Bicep, args: readonly string[], { variant = 'public', cwd }: Setting = {}) {
  // infra/main.bicepparam reads these variables, so that the settings of a real deployment would change the snapshots.
  const others = Object.entries(process.env).filter(([name]) => !/^(MUSTER_|AZURE_ENV_NAME$)/.test(name));
  const env = { ...Object.fromEntries(others), ...snapshotVariants[variant] };
  return runCommand(command, args, { env, ...(cwd !== undefined && { cwd }) });
}

async function complaints(
  bicep: Bicep,
  args: readonly string[],
  setting?: Setting,
): Promise<readonly string[]> {
  return complaintsIn(await run(bicep, args, setting), args);
}

/** The compiler keeps its error stream for complaints; those of level Info are advice. */
function complaintsIn({ code, stderr }: Ended, args: readonly string[]): readonly string[] {
  const lines = stderr.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.includes(' : Info '));
  return code === 0 || lines.length > 0 ? lines : [`bicep ${args.join(' ')} ended with ${code}`];
}

async function formatFaults(bicep: Bicep, file: string): Promise<readonly string[]> {
  const args = ['format', file, '--stdout'];
  const formatted = await run(bicep, args);
  const lines = complaintsIn(formatted, args);
  if (lines.length > 0 || lineEnds(formatted.stdout) === lineEnds(readFileSync(file, 'utf8'))) return lines;
  return [`${file} is not formatted: run "bicep format ${file}"`];
}

const lineEnds = (text: string) => text.replaceAll('\r\n', '\n');

function bicepFiles(): readonly string[] {
  const names = readdirSync('infra', { recursive: true, encoding: 'utf8' });
  return names.filter((name) => /\.bicep(param)?$/.test(name)).map((name) => join('infra', name));
}
