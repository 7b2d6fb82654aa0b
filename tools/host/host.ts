import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerOwnPath } from './admin.ts';
import { answerEmpty, closeInStages, describeExchange, type Exchange, limitBody } from './exchange.ts';
import { type FunctionApp, loadFunctionApp } from './function-app.ts';
import { holdsKey, newFunctionKey } from './function-key.ts';
import { createHttpFunctions } from './http-functions.ts';
import { describeError, type Log, printLog } from './log.ts';
import { headOptions, refusalOf } from './request-head.ts';
import { createRouter } from './routing.ts';
import { startTimers } from './timers.ts';

const address = '127.0.0.1';
const defaultBodyLimit = 104_857_600;
const graceMilliseconds = 30_000;

export interface HostOptions {
  /** The folder of package.json and host.json. */
  readonly root: string;
  /** A pattern of entry points to use instead of package.json's `main`. */
  readonly main?: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** The key of functions with a level above `anonymous`; random by default. */
  readonly functionKey?: string;
  /** Passes requests on as the real host does, also those that it loses on the way; false by default. */
  readonly asRealHost?: boolean;
  /** Returns settings of the app, which go into the environment before it loads; the host listens at `baseUrl`. */
  readonly env?: (baseUrl: string) => Readonly<Record<string, string | undefined>>;
  /** Receives the log lines of the functions' invocations; prints them by default. */
  readonly log?: Log;
}

/** A running function app. */
export interface Host {
  readonly baseUrl: string;
  readonly port: number;
  readonly functionKey: string;
  readonly app: FunctionApp;
  /** Closes each connection after its answer, waits up to 30 s for them, and lets the app close its resources. */
  stop(): Promise<void>;
}

type Listener = (request: IncomingMessage, response: ServerResponse) => void;

/**
 * Serves a function app on this machine, as the Functions host does. It opens the port first, because the app needs its
 * address. A process can load only one app, and only once. The library's own server keeps the process alive: end the
 * process with `process.exit`.
 */
export async function startHost({ functionKey = newFunctionKey(), ...options }: HostOptions): Promise<Host> {
  let listener: Listener = (_, response) => answerEmpty({ response }, 503);
  const open = new OpenAnswers();
  const receive: Listener = (request, response) => {
    open.add(response);
    closeInStages(request);
    listener(request, response);
  };
  const { asRealHost = false } = options;
  // Kestrel lets control characters through, Node only its lenient parser.
  const server = createServer({ ...headOptions, insecureHTTPParser: asRealHost }, receive);
  server.maxHeadersCount = 0;
  // Node answers an unknown `Expect` header with 417 itself; the real host passes it on.
  server.on('checkExpectation', receive);
  const port = await listen(server, options.port);
  const baseUrl = `http://${address}:${port}`;
  try {
    Object.assign(process.env, options.env?.(baseUrl));
    const app = await loadFunctionApp({ log: printLog, ...options });
    const serving = serve(app, { functionKey, asRealHost });
    listener = serving.listener;
    const stop = () => {
      open.closeConnections();
      return stopHost(server, app, serving.stop);
    };
    return { baseUrl, port, functionKey, app, stop };
  } catch (error) {
    server.close();
    throw error;
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function serve(
  app: FunctionApp,
  { functionKey, asRealHost }: { functionKey: string; asRealHost: boolean },
): { listener: Listener; stop: () => Promise<void> } {
  const findRoute = createRouter(app);
  const functions = createHttpFunctions(app, asRealHost);
  const timers = startTimers(app);
  const bodyLimit = Number(process.env.FUNCTIONS_REQUEST_BODY_SIZE_LIMIT ?? defaultBodyLimit);

  const answer = async (exchange: Exchange): Promise<void> => {
    if (await answerOwnPath(exchange, { functionKey, timers })) return;
    const match = findRoute(exchange.method, exchange.path);
    if (!match) return answerEmpty(exchange, 404);
    const isOpen = match.target.trigger.authLevel?.toLowerCase() === 'anonymous';
    if (!isOpen && !holdsKey(exchange, functionKey)) return answerEmpty(exchange, 401);
    const limited = limitBody(exchange, bodyLimit);
    return limited ? functions.answer(limited, match) : answerEmpty(exchange, 500);
  };
  const listener: Listener = (request, response) => {
    const refusal = refusalOf(request);
    const exchange = describeExchange(request, response);
    if (refusal !== undefined || !exchange) {
      response.setHeader('connection', 'close');
      return answerEmpty({ response }, refusal ?? 400);
    }
    answer(exchange).catch((error) => {
      console.error(describeError(error));
      answerEmpty(exchange, 500);
    });
  };
  const stop = async () => {
    await timers.stop();
    await functions.close();
  };
  return { listener, stop };
}

/** Answers that have not ended. */
class OpenAnswers {
  readonly #answers = new Set<ServerResponse>();
  #isClosing = false;

  add(response: ServerResponse): void {
    this.#answers.add(response);
    response.once('close', () => this.#answers.delete(response));
    if (this.#isClosing) response.shouldKeepAlive = false;
  }

  /** Closes the connection of each answer once it has ended, also of those to come. */
  closeConnections(): void {
    this.#isClosing = true;
    for (const response of this.#answers) response.shouldKeepAlive = false;
  }
}

async function stopHost(server: Server, app: FunctionApp, stopServing: () => Promise<void>): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  const grace = new Promise((resolve) => setTimeout(resolve, graceMilliseconds).unref());
  await Promise.race([closed, grace]);
  server.closeAllConnections();
  await Promise.race([stopServing(), grace]);
  await app.runAppHooks('appTerminate');
}
