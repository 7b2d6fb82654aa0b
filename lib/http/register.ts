import { app, type HttpHandler, type HttpMethod } from '@azure/functions';
import type { Head } from './head.ts';
import { findOperation, type Match, matchTemplate, type Route } from './routes.ts';

/** Makes the handler of a function from how it finds the operation for a request. */
type Pipeline<Context> = (find: (head: Head) => Match<Context>) => HttpHandler;

/** What the functions of one API have in common. */
export interface Api<Context> {
  /** The path that its endpoint has by default, without slashes at its ends. */
  readonly prefix: string;
  /** `function` lets the host ask for its function key. */
  readonly authLevel: 'anonymous' | 'function';
  readonly pipeline: Pipeline<Context>;
}

/** Registers one function for each row of a route table. */
export function registerRoutes<Context>(
  routes: readonly Route<Context>[],
  { prefix, authLevel, pipeline }: Api<Context>,
): void {
  for (const route of routes) {
    app.http(route.name, {
      route: route.template === '' ? prefix : `${prefix}/${route.template}`,
      methods: [...route.methods],
      authLevel,
      handler: pipeline(only(route)),
    });
  }
}

/** The methods of a function that answers 405 by itself. */
export const anyMethod: readonly HttpMethod[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Registers one function for a whole route table; it answers for the paths that no function before it takes. */
export function registerTogether<Context>(
  { name, route }: { readonly name: string; readonly route: string },
  routes: readonly Route<Context>[],
  { authLevel, pipeline }: Omit<Api<Context>, 'prefix'>,
): void {
  app.http(name, {
    route,
    methods: [...anyMethod],
    authLevel,
    handler: pipeline((head) => findOperation(routes, head)),
  });
}

/** The host has matched the route already, though it compares its words without case. */
const only =
  <Context>(route: Route<Context>) =>
  (head: Head) => {
    const params = matchTemplate(route.template, head.segments);
    return params ? { operation: route.operation, params } : findOperation<Context>([], head);
  };
