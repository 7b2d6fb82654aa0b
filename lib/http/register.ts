import { app, type HttpMethod } from '@azure/functions';
import type { Handler } from './handler.ts';
import type { Head } from './head.ts';
import { findOperation, type Match, matchTemplate, type Route } from './routes.ts';

/** Makes the handler of a function. `find` chooses the operation for a request. */
type Pipeline<Context> = (find: (head: Head) => Match<Context>) => Handler;

/** The settings that all functions of one API share. */
export interface Api<Context> {
  /** The default path of its endpoint, without slashes at its ends. */
  readonly prefix: string;
  /** `function` makes the host require its function key. */
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

/** Registers one function for a whole route table. It gets the requests that match no other function. */
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

/** Finds the operation of one route. The host has matched the route already, but without regard to case. */
const only =
  <Context>(route: Route<Context>) =>
  (head: Head) => {
    const params = matchTemplate(route.template, head.segments);
    return params ? { operation: route.operation, params } : findOperation<Context>([], head);
  };
