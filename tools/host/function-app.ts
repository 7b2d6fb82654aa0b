import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { glob } from 'tinyglobby';
import type { Binding, FunctionCallback, FunctionMetadata, HookName, ProgrammingModel } from './core-api.ts';
import { findServer } from './library-server.ts';
import type { Log } from './log.ts';
import { provideCoreModule, type Registrations } from './worker-shim.ts';

/** One registered function with its trigger. */
export interface LoadedFunction {
  readonly name: string;
  readonly metadata: FunctionMetadata;
  readonly triggerName: string;
  readonly trigger: Binding;
  readonly callback: FunctionCallback;
}

/** A function app, loaded and ready for invocations. */
export interface FunctionApp {
  /** The functions in the host's order: by name, ignoring case. */
  readonly functions: readonly LoadedFunction[];
  readonly model: ProgrammingModel;
  /** The number of copies of the library that registered; 1 if the build shares one copy. */
  readonly modelCount: number;
  /** The address at which the library receives streamed HTTP requests, if the app enables streams. */
  readonly httpUri: string | undefined;
  /** The HTTP server of the library at that address. */
  readonly server: Server | undefined;
  readonly routePrefix: string;
  readonly appHookData: object;
  readonly log: Log;
  runHooks(name: HookName, context: object): Promise<void>;
  runAppHooks(name: 'appStart' | 'appTerminate'): Promise<void>;
}

export interface FunctionAppOptions {
  /** The folder of package.json and host.json. */
  readonly root: string;
  /** A pattern to use instead of package.json's `main`. */
  readonly main?: string;
  readonly log: Log;
}

/** Loads a function app as the Functions Node worker does; rejects if an entry point throws an error. */
export async function loadFunctionApp({ root, main, log }: FunctionAppOptions): Promise<FunctionApp> {
  const registrations = provideCoreModule(log);
  const packageJson = await readPackageJson(root);
  await loadEntryPoints(root, main ?? packageJson.main, packageJson.type);
  const model = registrations.models.at(-1);
  if (!model) throw new Error('The entry points registered no function.');
  const hooks = createHooks(registrations, root);
  await hooks.runAppHooks('appStart');
  registrations.locked = true;
  const { result: capabilities, server } = await findServer(() => model.getCapabilities({}));
  return {
    ...hooks,
    functions: sortByName(registrations),
    model,
    modelCount: registrations.models.length,
    httpUri: capabilities.HttpUri,
    server,
    routePrefix: await readRoutePrefix(root),
    log,
  };
}

async function loadEntryPoints(
  root: string,
  main: string | undefined,
  type: string | undefined,
): Promise<void> {
  if (!main) throw new Error('package.json names no entry points in `main`.');
  const files = await glob(main, { cwd: root });
  if (files.length === 0) throw new Error(`No file matches "${main}", the entry points of package.json.`);
  for (const file of files.sort()) {
    try {
      await loadEntryPoint(join(root, file), type);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`The entry point "${file}" could not be loaded: ${reason}`, { cause });
    }
  }
}

async function loadEntryPoint(path: string, type: string | undefined): Promise<void> {
  const isModule = path.endsWith('.mjs') || (!path.endsWith('.cjs') && type === 'module');
  if (isModule) await import(pathToFileURL(path).href);
  else createRequire(import.meta.url)(path);
}

function createHooks({ hooks }: Registrations, functionAppDirectory: string) {
  const appHookData = {};
  const hookData = {};
  const runHooks = async (name: HookName, context: object): Promise<void> => {
    for (const callback of hooks.get(name) ?? []) await callback(context);
  };
  const runAppHooks = (name: HookName) => runHooks(name, { hookData, appHookData, functionAppDirectory });
  return { appHookData, runHooks, runAppHooks };
}

function sortByName({ functions }: Registrations): LoadedFunction[] {
  return [...functions.values()].map(describeFunction).sort((a, b) => compareIgnoringCase(a.name, b.name));
}

function describeFunction({
  metadata,
  callback,
}: {
  metadata: FunctionMetadata;
  callback: FunctionCallback;
}) {
  const found = Object.entries(metadata.bindings).find(([, binding]) => /trigger$/i.test(binding.type));
  if (!found) throw new Error(`The function "${metadata.name}" has no trigger.`);
  const [triggerName, trigger] = found;
  return { name: metadata.name, metadata, triggerName, trigger, callback };
}

// The host compares UTF-16 code units in upper case, so `_` (95) sorts after every letter.
function compareIgnoringCase(left: string, right: string): number {
  const [a, b] = [left.toUpperCase(), right.toUpperCase()];
  return a < b ? -1 : a > b ? 1 : 0;
}

async function readPackageJson(root: string): Promise<{ main?: string; type?: string }> {
  return JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
}

async function readRoutePrefix(root: string): Promise<string> {
  const host = JSON.parse(await readFile(join(root, 'host.json'), 'utf8'));
  return host.extensions?.http?.routePrefix ?? 'api';
}
