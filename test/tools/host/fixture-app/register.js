import { writeFileSync } from 'node:fs';
import { app } from '@azure/functions';

const anonymous = { authLevel: 'anonymous' };
let ticks = 0;
let running = 0;
let mostAtOnce = 0;

/** Registers the functions that the tests of the local host call. */
export function registerFunctions() {
  app.http('a-echo', {
    ...anonymous,
    route: 'echo/{id?}',
    methods: ['GET', 'POST', 'PATCH'],
    handler: async (request) => ({
      jsonBody: {
        method: request.method,
        url: request.url,
        params: request.params,
        query: Object.fromEntries(request.query),
        headers: Object.fromEntries(request.headers),
        body: await request.text(),
      },
    }),
  });
  app.http('empty', { ...anonymous, route: 'empty', methods: ['GET'], handler: () => ({ body: 'ok' }) });
  app.http('count', {
    ...anonymous,
    route: 'count',
    methods: ['POST'],
    handler: async (request) => {
      let bytes = 0;
      for await (const chunk of request.body ?? []) bytes += chunk.length;
      return { jsonBody: { bytes } };
    },
  });
  // Two functions for one path: the first by name answers.
  app.http('m2-parameter', { ...anonymous, route: 'things/{name}', handler: () => ({ body: 'parameter' }) });
  app.http('M1-literal', { ...anonymous, route: 'things/special', handler: () => ({ body: 'literal' }) });
  app.http('m3-number', { ...anonymous, route: 'items/{n:int}', handler: () => ({ body: 'number' }) });
  app.http('m4-rest', {
    ...anonymous,
    route: 'items/{*rest}',
    handler: ({ params }) => ({ body: `rest ${params.rest ?? 'nothing'}` }),
  });
  app.http('split-get', { ...anonymous, route: 'split', methods: ['GET'], handler: () => ({ body: 'get' }) });
  app.http('split-put', { ...anonymous, route: 'split', methods: ['PUT'], handler: () => ({ body: 'put' }) });
  app.http('throwing', {
    ...anonymous,
    route: 'throwing',
    handler: () => {
      throw new Error('thrown on purpose');
    },
  });
  app.http('silent', { ...anonymous, route: 'silent', handler: () => undefined });
  app.http('late-throw', {
    ...anonymous,
    route: 'late-throw',
    handler: () => {
      setTimeout(() => {
        throw new Error('nobody catches this');
      });
      return { body: 'answered' };
    },
  });
  app.http('slow', {
    ...anonymous,
    route: 'slow/{milliseconds:int}',
    handler: async ({ params }) => {
      await new Promise((resolve) => setTimeout(resolve, Number(params.milliseconds)));
      return { body: 'done' };
    },
  });
  app.http('answers', {
    ...anonymous,
    route: 'answers',
    handler: () => ({ status: 418, headers: { 'x-kind': 'teapot', etag: 'W/"1"' }, body: 'short and stout' }),
  });
  app.http('no-content', { ...anonymous, route: 'no-content', handler: () => ({ status: 204 }) });
  app.http('guarded', { route: 'guarded', authLevel: 'function', handler: () => ({ body: 'inside' }) });
  app.http('ticks', { ...anonymous, route: 'ticks', handler: () => ({ jsonBody: { ticks, mostAtOnce } }) });
  app.timer('tick', {
    schedule: '0 0 0 1 1 *',
    handler: async (timer) => {
      running += 1;
      mostAtOnce = Math.max(mostAtOnce, running);
      await new Promise((resolve) => setTimeout(resolve, 30));
      running -= 1;
      if (timer.scheduleStatus.next > timer.scheduleStatus.last) ticks += 1;
    },
  });
  app.hook.preInvocation((context) => {
    if (context.inputs[0]?.query?.get('stop') === 'hook')
      context.functionHandler = () => ({ body: 'hooked' });
  });
  app.hook.appTerminate(() => {
    if (process.env.TERMINATED_FILE) writeFileSync(process.env.TERMINATED_FILE, 'closed');
  });
}
