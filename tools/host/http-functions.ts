import { randomUUID } from 'node:crypto';
import type { RpcTypedData } from './core-api.ts';
import { answerEmpty, type Exchange } from './exchange.ts';
import type { Forwarder } from './forwarder.ts';
import type { FunctionApp } from './function-app.ts';
import { createHandOver } from './hand-over.ts';
import { invoke } from './invocation.ts';
import { describeError } from './log.ts';
import { createRealHop } from './real-hop.ts';
import type { RouteMatch } from './routing.ts';
import { readRpcHttp, writeRpcHttp } from './rpc-http.ts';

/** Answers requests with the functions that routing found for them. */
export interface HttpFunctions {
  answer(exchange: Exchange, match: RouteMatch): Promise<void>;
  close(): Promise<void>;
}

/** `asRealHost` sends the HTTP half of a request as the real host's client does. */
export function createHttpFunctions(app: FunctionApp, asRealHost: boolean): HttpFunctions {
  const { httpUri, server } = app;
  if (httpUri === undefined || !server) return createBuffered(app);
  return createStreamed(app, asRealHost ? createRealHop(httpUri) : createHandOver(server));
}

/** Sends the request itself to the worker over HTTP, and the invocation separately. */
function createStreamed(app: FunctionApp, forwarder: Forwarder): HttpFunctions {
  return {
    answer: async (exchange, { target, params }) => {
      const invocationId = randomUUID();
      const forwarding = forwarder.forward(exchange, invocationId);
      const triggerMetadata = describeTrigger(exchange, params);
      try {
        const { result } = await invoke(app, target, { invocationId, data: { http: {} }, triggerMetadata });
        if (result !== null && result !== undefined) return forwarding.finish();
        app.log(
          'error',
          'user',
          `${target.name} returned no response: in Azure the client would wait until the host gives up.`,
        );
      } catch (error) {
        app.log(
          'error',
          'user',
          `${target.name} failed, and in Azure the client may wait until the host gives up: ${describeError(error)}`,
        );
      }
      forwarding.fail();
    },
    close: forwarder.close,
  };
}

function describeTrigger({ headers }: Exchange, params: Readonly<Record<string, string>>) {
  const metadata: Record<string, RpcTypedData> = { Headers: { json: JSON.stringify(headers) } };
  for (const [name, string] of Object.entries(params)) metadata[name] = { string };
  return metadata;
}

/** Sends the request and its answer inside messages. */
function createBuffered(app: FunctionApp): HttpFunctions {
  return {
    answer: async (exchange, { target, params }) => {
      try {
        const http = await readRpcHttp(exchange, params);
        const { returnValue } = await invoke(app, target, { invocationId: randomUUID(), data: { http } });
        writeRpcHttp(exchange, returnValue);
      } catch (error) {
        app.log('error', 'user', `${target.name}: ${describeError(error)}`);
        answerEmpty(exchange, 500);
      }
    },
    close: async () => {},
  };
}
