import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
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
ends with 1 if a request is answered after 15 s, if the p99 of the others grows to more than 1.5 times, or if the
process has ended.

  --requests N  hostile requests (default 1000)
  --clients N   ordinary clients (default 20)
  --seconds N   time of each load (default 60)

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
const root = fileURLToPath(new URL('../..', import.meta.url));
const probe = new URL('../bench/cpu-probe.mjs', import.meta.url).href;

interface Numbers {
  readonly requests: number;
  readonly clients: number;
  readonly seconds: number;
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

/** Retrieves, finds and modifies users; yields the milliseconds of each request. */
async function load(client: Client, ids: readonly string[], { clients, seconds }: Numbers) {
  const task = (sequence: number) => {
    const path = `/Users/${ids[sequence % users]}`;
    if (sequence % 5 > 0) return client.send({ method: 'GET', path, status: 200 });
    const Operations = [{ op: 'replace', path: 'title', value: `Title ${sequence}` }];
    const schemas = ['urn:ietf:params:scim:api:messages:2.0:PatchOp'];
    return client.send({ method: 'PATCH', path, body: JSON.stringify({ schemas, Operations }), status: 200 });
  };
  return (await measure(task, { atOnce: clients, until: { milliseconds: seconds * 1_000 } })).latencies;
}

/** Spreads the hostile requests over the time of a load. */
async function attack(baseUrl: string, { requests, seconds }: Numbers) {
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

async function main(): Promise<number> {
  const numbers = readCommandLine(usage, readNumbers);
  const { status: built } = spawnSync(process.execPath, ['tools/build.mjs'], { cwd: root, stdio: 'inherit' });
  if (built !== 0) return 1;
  const child = startEndpoint();
  const access = await firstMessage<Endpoint>(child);
  const client = openClient(access, numbers.clients);
  const ids = await createUsers(client);
  await load(client, ids, { ...numbers, seconds: Math.ceil(numbers.seconds / 6) });

  const calm = await load(client, ids, numbers);
  const memory = [await memoryOf(child)];
  const [mixed, answers] = await Promise.all([load(client, ids, numbers), attack(access.baseUrl, numbers)]);
  memory.push(await memoryOf(child));
  await Promise.all([load(client, ids, numbers), attack(access.baseUrl, numbers)]);
  memory.push(await memoryOf(child));
  await client.close();
  const isAlive = child.exitCode === null && child.signalCode === null;
  await stopProcess(child);

  const rows = hostileHeaders.map(([kind]) => {
    const own = answers.filter((answer) => answer.kind === kind);
    const statuses = [...new Set(own.map(({ status }) => status))].join(', ');
    return [
      kind,
      String(own.length),
      statuses,
      inMilliseconds(
        own.map(({ milliseconds }) => milliseconds),
        1,
      ),
    ];
  });
  console.log(printTable(['hostile request', 'sent', 'status', 'slowest ms'], rows));
  const loads = [calm, mixed].map((latencies, index) => [
    index === 0 ? 'alone' : 'with hostile requests',
    String(latencies.length),
    inMilliseconds(latencies, 0.5),
    inMilliseconds(latencies, 0.99),
  ]);
  console.log(`\n${printTable([`${numbers.clients} clients`, 'requests', 'p50 ms', 'p99 ms'], loads)}`);
  console.log(`\nMemory (RssAnon): ${memory.map((kb) => `${(kb / 1_024).toFixed(0)} MB`).join(', ')}`);
  console.log('after the load, after the first attack and after the second');
  console.log(isAlive ? `The process ${child.pid} is still the same` : 'The process has ended');

  const isSlow = percentile(mixed, 0.99) > slowdownMax * percentile(calm, 0.99);
  const isUnanswered = answers.some(
    ({ status, milliseconds }) => Number.isNaN(status) || milliseconds > answerMillisecondsMax,
  );
  return isSlow || isUnanswered || !isAlive ? 1 : 0;
}

function inMilliseconds(values: readonly number[], share: number): string {
  return percentile(values, share).toFixed(share === 1 ? 0 : 1);
}

process.exit(await main());
