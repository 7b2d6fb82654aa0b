import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { type FunctionApp, loadFunctionApp } from '../host/function-app.ts';
import { invoke } from '../host/invocation.ts';
import { createRouter } from '../host/routing.ts';

// Loads the function app of a folder and sends it one request with the bearer key of the environment.
const [, , path = '/', root = ''] = process.argv;
const { BENCH_TOKEN: token = '' } = process.env;

const app = await loadFunctionApp({ root, log: () => {} });
const registered = { registered: clock(), registeredCpu: cpu() };
const status = await answerOnce(app);
const report = { ...registered, answered: clock(), answeredCpu: cpu(), status };
// A process that exits while LMDB writes can hang, with the lock for which the next one waits.
await app.runAppHooks('appTerminate');
process.send?.(report, () => process.exit(0));

/** Returns milliseconds since 1970, by the same clock in all processes of a machine. */
function clock(): number {
  return performance.timeOrigin + performance.now();
}

/** Returns the milliseconds of CPU time that this process has used. */
function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Sends one request as the host does: to the library's own server, and the invocation separately. */
async function answerOnce(app: FunctionApp): Promise<number | undefined> {
  const match = createRouter(app)('GET', path);
  if (!match || !app.httpUri) throw new Error(`No function answers ${path} by streams.`);
  const invocationId = randomUUID();
  const headers = {
    authorization: `Bearer ${token}`,
    'x-ms-invocation-id': invocationId,
    'x-forwarded-host': 'localhost',
    'x-forwarded-proto': 'http',
  };
  const triggerMetadata = {
    Headers: { json: JSON.stringify(headers) },
    ...Object.fromEntries(Object.entries(match.params).map(([name, string]) => [name, { string }])),
  };
  const answered = sendRequest(new URL(path, app.httpUri), headers);
  await invoke(app, match.target, { invocationId, data: { http: {} }, triggerMetadata });
  return answered;
}

/** Returns the status, once the answer is complete. */
function sendRequest(url: URL, headers: Readonly<Record<string, string>>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers }, (response) => {
      text(response).then(() => resolve(response.statusCode), reject);
    });
    sent.once('error', reject).end();
  });
}
