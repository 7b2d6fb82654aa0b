import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Client, openClient } from '../bench/client.ts';
import { type Access, firstMessage, stopProcess } from '../bench/endpoint.ts';
import { measure, percentile } from '../bench/measure.ts';
import { sampleUser } from '../bench/sample-user.ts';
import { printTable } from '../bench/table.ts';
import { parseOptions, readCommandLine, UsageError } from '../read-options.ts';
import { hostileHeaders, rawGet, sendRaw } from './hostile-requests.ts';

const usage = `npm run hostile -- [options]

Builds, starts an endpoint with --as-real-host, and mixes requests that the real host loses on the way to the library
into a load of ordinary clients. It prints the time of both, the memory, and whether the process is still the same. It
ends with 1 if a hostile request is answered after 15 s, if another fails, if the p99 of the others grows to more than
1.5 times, or if the process has ended.

  --requests N  hostile requests in each of two rounds (default 1000)
  --clients N   ordinary clients (default 20)
  --seconds N   time of each of the four loads (default 60)

Example:
  npm run hostile -- --requests 100 --seconds 15`;

const options = {
  requests: { type: 'string' },
  clients: { type: 'string' },
  seconds: { type: 'string' },
} as const;
const answerMillisecondsMax = 15_000;
const slowdownMax = 1.5;
const users = 100;
const rounds = 2;
const root = fileURLToPath(new URL('../..', import.meta.url));
const probe = new URL('../bench/cpu-probe.mjs', import.meta.url).href;

interface Numbers {
  readonly requests: number;
  readonly clients: number;
  readonly seconds: number;
}

/** The answer to a hostile request; the status is NaN if there was none. */
interface Attacked {
  readonly kind: string;
  readonly status: number;
  readonly milliseconds: number;
}

interface Ordinary {
  readonly client: Client;
  readonly numbers: Numbers;
}

/** Milliseconds of ordinary requests, and kilobytes of memory after each load. */
interface Measured {
  readonly alone: number[];
  readonly mixed: number[];
  readonly answers: Attacked[];
  readonly memory: number[];
  failed: number;
}

interface Endpoint extends Access {
  readonly baseUrl: string;
}

function readNumbers(args: readonly string[]): Numbers {
  const { values } = parseOptions({ usage, options }, args);
  const numberOf = (name: keyof typeof options, fallback: number): number => {
    const number = Number(values[name] ?? fallback);
    if (Number.isInteger(number) && number > 0) return number;
    throw new UsageError(`--${name} needs a whole number above 0, not "${values[name]}".`);
  };
  return {
    requests: numberOf('requests', 1_000),
    clients: numberOf('clients', 20),
    seconds: numberOf('seconds', 60),
  };
}

/** Starts the built endpoint. Its garbage can be collected before its memory is measured. */
function startEndpoint(): ChildProcess {
  return fork('dist/host/main.js', ['--port', '0', '--memory', '--as-real-host'], {
    cwd: root,
    execArgv: ['--expose-gc', '--import', probe],
    env: { ...process.env, MUSTER_LOG: 'warning' },
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
}

async function createUsers(client: Client): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let index = 0; index < users; index += 1) {
    const body = JSON.stringify(sampleUser(index));
    ids.push(JSON.parse(await client.send({ method: 'POST', path: '/Users', body, status: 201 })).id);
  }
  return ids;
}

/** Retrieves and modifies users; yields the milliseconds of each request, and the number that failed. */
async function load(client: Client, ids: readonly string[], { clients, seconds }: Numbers) {
  let failed = 0;
  const send = (sequence: number) => {
    const path = `/Users/${ids[sequence % users]}`;
    if (sequence % 5 > 0) return client.send({ method: 'GET', path, status: 200 });
    const Operations = [{ op: 'replace', path: 'title', value: `Title ${sequence}` }];
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp'];
    return client.send({ method: 'PATCH', path, body: JSON.stringify({ schemas, Operations }), status: 200 });
  };
  const task = (sequence: number) =>
    send(sequence).catch((error) => {
      failed += 1;
      console.error(String(error));
    });
  const { latencies } = await measure(task, { atOnce: clients, until: { milliseconds: seconds * 1_000 } });
  return { latencies, failed };
}

/** Spreads the hostile requests over the time of a load. */
async function attack(baseUrl: string, { requests, seconds }: Numbers): Promise<Attacked[]> {
  const answers = Array.from({ length: requests }, async (_, index) => {
    const [kind, headers] = hostileHeaders[index % hostileHeaders.length] ?? ['', () => []];
    await pause((index * seconds * 1_000) / requests);
    const started = performance.now();
    const { status } = await sendRaw(baseUrl, rawGet('/scim/v2/Users', ...headers())).catch(() => ({
      status: NaN,
    }));
    return { kind, status, milliseconds: performance.now() - started };
  });
  return Promise.all(answers);
}

/** Kilobytes of memory that are not files, after a collection of garbage; NaN where there is no /proc. */
async function memoryOf(child: ChildProcess): Promise<number> {
  child.send('collect garbage');
  await pause(2_000);
  try {
    return Number(/RssAnon:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]);
  } catch {
    return Number.NaN;
  }
}

/** Measures both loads in turns, so that other work on the machine affects them alike. */
async function runRounds(
  child: ChildProcess,
  baseUrl: string,
  { client, numbers }: Ordinary,
): Promise<Measured> {
  const ids = await createUsers(client);
  await load(client, ids, { ...numbers, seconds: Math.ceil(numbers.seconds / 6) });
  const measured: Measured = { alone: [], mixed: [], answers: [], memory: [], failed: 0 };
  for (let round = 0; round < rounds; round += 1) {
    const alone = await load(client, ids, numbers);
    measured.memory.push(await memoryOf(child));
    const [mixed, answers] = await Promise.all([load(client, ids, numbers), attack(baseUrl, numbers)]);
    measured.memory.push(await memoryOf(child));
    measured.alone.push(...alone.latencies);
    measured.mixed.push(...mixed.latencies);
    measured.answers.push(...answers);
    measured.failed += alone.failed + mixed.failed;
  }
  return measured;
}

function report({ alone, mixed, answers, memory, failed }: Measured): void {
  const rows = hostileHeaders.map(([kind]) => {
    const own = answers.filter((answer) => answer.kind === kind);
    const statuses = [...new Set(own.map(({ status }) => status))].join(', ');
    const times = own.map(({ milliseconds }) => milliseconds);
    return [kind, String(own.length), statuses, percentile(times, 1).toFixed(0)];
  });
  console.log(printTable(['hostile request', 'sent', 'status', 'slowest ms'], rows));
  const line = (name: string, latencies: readonly number[]) => [
    name,
    String(latencies.length),
    ...[0.5, 0.99, 1].map((share) => percentile(latencies, share).toFixed(1)),
  ];
  const loads = [line('alone', alone), line('with hostile requests', mixed)];
  console.log(`\n${printTable(['ordinary clients', 'requests', 'p50 ms', 'p99 ms', 'slowest ms'], loads)}`);
  console.log(`\n${failed} ordinary requests failed`);
  const inMegabytes = memory.map((kilobytes) => `${(kilobytes / 1_024).toFixed(0)} MB`);
  console.log(`Memory (RssAnon) after each load, in turns alone and mixed: ${inMegabytes.join(', ')}`);
}

async function main(): Promise<number> {
  const numbers = readCommandLine(usage, readNumbers);
  const { status: built } = spawnSync(process.execPath, ['tools/build.mjs'], { cwd: root, stdio: 'inherit' });
  if (built !== 0) return 1;
  const child = startEndpoint();
  const access = await firstMessage<Endpoint>(child);
  const client = openClient(access, numbers.clients);
  const pauses = monitorEventLoopDelay();
  pauses.enable();
  const measured = await runRounds(child, access.baseUrl, { client, numbers });
  await client.close();
  const isAlive = child.exitCode === null && child.signalCode === null;
  await stopProcess(child);

  report(measured);
  console.log(
    `The longest pause of this program was ${(pauses.max / 1e6).toFixed(0)} ms: what it measures has it too`,
  );
  console.log(isAlive ? `The process ${child.pid} was the same at the end` : 'The process has ended');
  const { alone, mixed, answers, failed } = measured;
  const isSlow = percentile(mixed, 0.99) > slowdownMax * percentile(alone, 0.99);
  const isLate = answers.some(
    ({ status, milliseconds }) => !(status > 0 && milliseconds <= answerMillisecondsMax),
  );
  return isSlow || isLate || failed > 0 || !isAlive ? 1 : 0;
}

process.exit(await main());
