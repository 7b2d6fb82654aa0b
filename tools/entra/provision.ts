import { connect } from '../client/connect.ts';
import type { Progress } from '../client/progress.ts';
import { seededRandom } from '../client/random.ts';
import { createRecorder } from '../client/recorder.ts';
import { createRequests, type Requests } from '../client/requests.ts';
import { runPhase } from '../client/steps.ts';
import { type Directory, makeDirectory } from './model.ts';
import type { Options } from './options.ts';
import { cleaningPhases, connectionPhase, provisioningPhases } from './phases.ts';
import type { Report } from './report.ts';
import type { Phase, Run } from './run.ts';
import { flavours } from './shapes.ts';

/**
 * Acts as Entra ID's provisioning client against an endpoint and reports the results. After a failed Test Connection,
 * it sends nothing else. Rejects with EndpointUnreachable if there is no answer.
 */
export async function provision(
  options: Options,
  progress: Progress,
  recorder = createRecorder(),
): Promise<Report> {
  return (await provisionDirectory(options, progress, recorder)).report;
}

/** Acts as `provision()` does, and also returns the state that the service should have at the end. */
export async function provisionDirectory(
  options: Options,
  progress: Progress,
  recorder = createRecorder(),
): Promise<{ readonly report: Report; readonly directory: Directory }> {
  const run = createRun(options, createRequests(connect(options, recorder), recorder));
  const started = performance.now();
  const play = (phase: Phase): Promise<void> => runPhase(run, phase, { ...options, progress });
  const before = recorder.deviations.length;
  await play(connectionPhase);
  const isConnected = recorder.deviations.length === before;
  const phases = options.clean ? [...provisioningPhases, ...cleaningPhases] : provisioningPhases;
  for (const phase of isConnected ? phases : []) await play(phase);
  const report = {
    tenantUrl: options.tenantUrl,
    flavour: run.flavour.name,
    users: options.users,
    groups: options.groups,
    seed: options.seed,
    isConnected,
    seconds: (performance.now() - started) / 1_000,
    requests: recorder.summaries(),
    deviations: recorder.deviations,
  };
  return { report, directory: run.directory };
}

/** Creates the context of the phases, including the source directory. */
export function createRun(
  options: Pick<Options, 'users' | 'groups' | 'seed' | 'flag' | 'tenantUrl'>,
  requests: Requests,
): Run {
  return {
    tenantUrl: options.tenantUrl,
    requests,
    directory: makeDirectory(options),
    flavour: flavours[options.flag],
    random: (...purpose) => seededRandom(options.seed, ...purpose),
  };
}
