import Module from 'node:module';
import type {
  FunctionCallback,
  FunctionMetadata,
  HookCallback,
  HookName,
  ProgrammingModel,
} from './core-api.ts';
import type { Log } from './log.ts';

const coreModule = '@azure/functions-core';
const version = '3.9.1';
const hostVersion = '4.1037.0';

/** Everything a function app registers while its entry points load. */
export interface Registrations {
  readonly functions: Map<
    string,
    { readonly metadata: FunctionMetadata; readonly callback: FunctionCallback }
  >;
  readonly hooks: Map<HookName, HookCallback[]>;
  readonly models: ProgrammingModel[];
  locked: boolean;
}

/** Undoes a registration; the library expects a class of this shape. */
class Disposable {
  readonly #undo: () => void;
  constructor(undo: () => void) {
    this.#undo = undo;
  }
  dispose(): void {
    this.#undo();
  }
}

let answer: object | undefined;

/**
 * Makes `require('@azure/functions-core')` return an API that collects registrations, as the Functions Node worker
 * does. The library keeps the first API that it gets, so a copy of the library serves only one app.
 */
export function provideCoreModule(log: Log): Registrations {
  const registrations: Registrations = { functions: new Map(), hooks: new Map(), models: [], locked: false };
  if (!answer) patchRequire();
  answer = coreApi(registrations, log);
  return registrations;
}

function patchRequire(): void {
  const original = Module.prototype.require;
  Module.prototype.require = new Proxy(original, {
    apply: (target, receiver, args: [string]) =>
      args[0] === coreModule ? answer : Reflect.apply(target, receiver, args),
  });
}

function coreApi(registrations: Registrations, log: Log): object {
  return {
    version,
    hostVersion,
    Disposable,
    log,
    setProgrammingModel: (model: ProgrammingModel) => registrations.models.push(model),
    getProgrammingModel: () => registrations.models.at(-1),
    registerFunction: (metadata: FunctionMetadata, callback: FunctionCallback) =>
      registerFunction(registrations, metadata, callback),
    registerHook: (name: HookName, callback: HookCallback) => registerHook(registrations, name, callback),
  };
}

function registerFunction(
  { functions, locked }: Registrations,
  metadata: FunctionMetadata,
  callback: FunctionCallback,
): Disposable {
  if (locked) throw new Error('A function can only be registered during app startup.');
  const id = metadata.functionId ?? metadata.name;
  if (functions.has(id)) throw new Error(`A function with id "${id}" has already been registered.`);
  functions.set(id, { metadata, callback });
  return new Disposable(() => functions.delete(id));
}

function registerHook({ hooks }: Registrations, name: HookName, callback: HookCallback): Disposable {
  const callbacks = hooks.get(name) ?? [];
  callbacks.push(callback);
  hooks.set(name, callbacks);
  return new Disposable(() => callbacks.splice(callbacks.indexOf(callback), 1));
}
