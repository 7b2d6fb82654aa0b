import { marksOf as entraMarks } from '../entra/model.ts';
import type { Options as EntraOptions } from '../entra/options.ts';
import { provision } from '../entra/provision.ts';
import { clean } from './clean.ts';
import type { Run } from './client.ts';
import { aboutClient, type ClientName, clients } from './clients.ts';
import { conceal } from './conceal.ts';
import { connect, type Endpoint } from './connect.ts';
import { makePeople, makeTeams, marksOf } from './model.ts';
import type { Progress } from './progress.ts';
import { createRecorder, type Recorder } from './recorder.ts';
import type { Played } from './report.ts';
import { createRequests } from './requests.ts';
import { whyNoGroups } from './service.ts';
import { type Phase, runPhase } from './steps.ts';

/** The options of a run. */
export interface PlayOptions extends Endpoint {
  readonly client: ClientName;
  readonly users: number;
  /** 0 plays no groups. */
  readonly groups: number;
  readonly seed: number;
  /** Deletes what the client created: before the run that of earlier runs, and at the end that of this one. */
  readonly clean: boolean;
  /** True if the service is new, so that no earlier run can have left anything. */
  readonly isNew?: boolean;
}

/** The result of a run. */
export interface ClientReport extends Played {
  readonly client: ClientName;
  readonly users: number;
  readonly groups: number;
  readonly seed: number;
  /** True if the test of the connection succeeded; otherwise the client sent nothing else. */
  readonly isConnected: boolean;
  /** Sentences for the reader. */
  readonly notes: readonly string[];
}

interface Stage {
  readonly options: PlayOptions;
  readonly recorder: Recorder;
  readonly progress: Progress;
}

/** Acts as a client against a service and reports the results. Rejects with EndpointUnreachable without an answer. */
export async function play(given: PlayOptions, progress: Progress): Promise<ClientReport> {
  const asked = aboutClient(given.client).withoutGroups ? { ...given, groups: 0 } : given;
  const recorder = createRecorder(conceal);
  const started = performance.now();
  const reason = asked.groups > 0 ? await whyNoGroups(connect(asked, createRecorder())) : undefined;
  const options = reason === undefined ? asked : { ...asked, groups: 0 };
  const isConnected = await playAndClean({ options, recorder, progress });
  const { client, users, groups, seed } = options;
  return {
    ...{ client, users, groups, seed, isConnected },
    notes: [...notesOf(client, reason), ...adviceFor(options, recorder)],
    seconds: (performance.now() - started) / 1_000,
    requests: recorder.summaries(),
    deviations: recorder.deviations,
  };
}

function notesOf(client: ClientName, reason: string | undefined): readonly string[] {
  const { sources, caution } = aboutClient(client);
  return [
    `The requests are those of: ${sources}`,
    ...(caution === undefined ? [] : [caution]),
    ...(reason === undefined ? [] : [`The service has no groups (${reason}), so none were played`]),
  ];
}

/** Explains conflicts that an earlier run may have caused. */
function adviceFor({ clean, seed, isNew }: PlayOptions, { deviations }: Recorder): readonly string[] {
  const isConflict = deviations.some(
    ({ request, got }) => request.startsWith('POST') && got.startsWith('409'),
  );
  if (clean || isNew || !isConflict) return [];
  return [`Users or groups of an earlier run with the seed ${seed} may be there: --clean removes them first`];
}

/** Plays all phases, and cleans before and after them, also if one fails. */
async function playAndClean(stage: Stage): Promise<boolean> {
  if (!stage.options.clean) return playClient(stage);
  await cleanUp(stage);
  let isConnected = true;
  try {
    isConnected = await playClient(stage);
  } finally {
    if (isConnected) await cleanUp(stage);
  }
  return isConnected;
}

async function cleanUp({ options, recorder, progress }: Stage): Promise<void> {
  const { client, seed, groups } = options;
  const requests = createRequests(connect(options, recorder), recorder, 'used');
  const marks = client === 'entra' ? entraMarks(seed) : marksOf({ client, seed });
  await runPhase({ requests }, clean(marks, groups > 0), { concurrency: 1, progress });
}

/** Plays the test of the connection and, if it succeeds, all other phases; returns true if it did. */
async function playClient({ options, recorder, progress }: Stage): Promise<boolean> {
  const { client } = options;
  if (client === 'entra') return (await provision(entraOptions(options), progress, recorder)).isConnected;
  const { connection, phases, userAgent } = clients[client];
  const requests = createRequests(connect({ ...options, userAgent }, recorder), recorder, 'used');
  const run: Run = { requests, people: makePeople(options), teams: makeTeams(options), seed: options.seed };
  const act = (phase: Phase<Run>) => runPhase(run, phase, { concurrency: 1, progress });
  const before = recorder.deviations.length;
  await act(connection);
  if (recorder.deviations.length > before) return false;
  for (const phase of phases) await act(phase);
  return true;
}

function entraOptions(options: PlayOptions): EntraOptions {
  return { ...options, flag: 'default', concurrency: 8, json: false, clean: false };
}
