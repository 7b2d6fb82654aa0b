import { Agent, type ClientRequest, type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { answerEmpty, type Exchange } from './exchange.ts';
import { type Forwarder, type Forwarding, forwardedHeaders, withoutHopByHop } from './forwarder.ts';

/** Time after which SocketsHttpHandler closes a connection that rests. */
const idleMilliseconds = 60_000;

/**
 * Forwards requests as the real host's client does (YARP on SocketsHttpHandler): it does not send headers that are not
 * ASCII, sends control characters and `Expect`, and takes the id of the invocation from the client, as hosts before
 * 2025 did. The answer ends when the invocation has ended.
 */
export function createRealHop(httpUri: string): Forwarder {
  const worker = new URL(httpUri);
  const { hostname: host, port } = worker;
  const agent = new Agent({ keepAlive: true, timeout: idleMilliseconds });
  return {
    forward: (exchange, invocationId) => {
      const headers = {
        ...forwardedHeaders(exchange, invocationId),
        ...pick(exchange.headers, 'expect', 'x-ms-invocation-id', 'transfer-encoding'),
      };
      const values = Object.values(headers).join('');
      const answer = new RealAnswer(exchange);
      if (/^[\t -~]*$/.test(values)) {
        const { target: path, method } = exchange;
        answer.send(request({ agent, host, port, path, method, headers }));
      } else if (!/[^\0-\x7f]/.test(values)) {
        sendUnchecked(worker, exchange, headers).then((refusal) => answer.take(refusal), answer.lose);
      }
      return answer;
    },
    close: async () => agent.destroy(),
  };
}

function pick(
  headers: Readonly<Record<string, string>>,
  ...names: readonly string[]
): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => names.includes(name)));
}

/** The answer of the worker's server. */
interface WorkerAnswer {
  readonly statusCode?: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
}

/** Sends a head that Node's client does not send. The worker's server refuses it and closes the connection. */
async function sendUnchecked(
  { hostname, port }: URL,
  { method, target }: Exchange,
  headers: Readonly<Record<string, string>>,
): Promise<WorkerAnswer> {
  const socket = connect(Number(port), hostname);
  const lines = Object.entries({ host: hostname, ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  socket.write(`${method} ${target} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1');
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n');
  return { statusCode: Number(head.split(' ')[1]), headers: {}, body: Readable.from([Buffer.from(body)]) };
}

/** Copies the worker's answer to the client. The head goes out with the body or, without one, at the end. */
class RealAnswer implements Forwarding {
  readonly #exchange: Exchange;
  #sent: ClientRequest | undefined;
  #isLost = false;
  #isComplete = false;
  #invocation: 'running' | 'failed' | 'finished' = 'running';
  #writeHead = () => {};

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
    exchange.response.once('close', () => this.#sent?.destroy());
  }

  send(sent: ClientRequest): void {
    const { body } = this.#exchange;
    this.#sent = sent;
    sent.once('response', (answer) => this.take(Object.assign(answer, { body: answer })));
    sent.on('error', this.lose);
    body?.once('error', () => sent.destroy());
    if (body) body.pipe(sent);
    else sent.end();
  }

  take({ statusCode = 500, headers, body }: WorkerAnswer): void {
    const { response } = this.#exchange;
    if (response.writableEnded) return;
    this.#writeHead = () => {
      this.#writeHead = () => {};
      response.writeHead(statusCode, withoutHopByHop(headers));
    };
    body.once('data', () => this.#writeHead());
    body.on('error', this.lose);
    body.once('end', () => {
      this.#isComplete = true;
      this.#end();
    });
    body.pipe(response, { end: false });
  }

  readonly lose = (): void => {
    this.#isLost = true;
    this.#end();
  };

  fail(): void {
    this.#invocation = 'failed';
    this.#end();
  }

  finish(): void {
    this.#invocation = 'finished';
    this.#end();
  }

  #end(): void {
    const { response } = this.#exchange;
    const isRunning = this.#invocation === 'running' || !(this.#isLost || this.#isComplete);
    if (response.writableEnded || (isRunning && this.#invocation !== 'failed')) return;
    if (this.#isComplete && (this.#invocation === 'finished' || response.headersSent)) {
      this.#writeHead();
      response.end();
    } else {
      answerEmpty(this.#exchange, 500);
      this.#sent?.destroy();
    }
  }
}
