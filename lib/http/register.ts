import { app, type HttpMethod } from '@azure/functions';
import type { Handler } from './handler.ts';
import type { Place } from './routes.ts';

/** The settings that all functions of one API share. */
interface Api {
  /** The default path of its endpoint, without slashes at its ends. */
  readonly prefix: string;
  /** `function` makes the host require its function key. */
  readonly authLevel: 'anonymous' | 'function';
  /** Makes the handler of the function with a name. */
  readonly handler: (name: string) => Handler;
}

/** Registers one function for each place. */
export function registerPlaces(places: readonly Place[], { prefix, authLevel, handler }: Api): void {
  for (const { name, template, methods } of places) {
    app.http(name, {
      route: template === '' ? prefix : `${prefix}/${template}`,
      methods: [...methods],
      authLevel,
      handler: handler(name),
    });
  }
}

/** The methods of a function that answers 405 by itself. */
export const anyMethod: readonly HttpMethod[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Registers a function that gets the requests of a route with any method. */
export function registerAnyMethod(name: string, route: string, handler: Handler): void {
  app.http(name, { route, methods: [...anyMethod], authLevel: 'anonymous', handler });
}
