import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Binding } from '../../tools/host/core-api.ts';
import type { FunctionApp } from '../../tools/host/function-app.ts';
import { createRouter } from '../../tools/host/routing.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Listing {
  readonly programmingModels: number;
  readonly functions: readonly (Binding & { readonly name: string })[];
}

let app: Listing;

beforeAll(() => {
  const listing = execFileSync(process.execPath, ['dist/host/list.js'], { cwd: root });
  app = JSON.parse(listing.toString());
});

function filesOf(folder: string, ending: string): string[] {
  return readdirSync(`${root}/${folder}`).filter((name) => name.endsWith(ending));
}

const anyImport = /["'](\.{1,2}\/[\w./-]+\.js)["']/g;
const importAtStart = /^(?:import|export)\b[^;(]*?["'](\.{1,2}\/[\w./-]+\.js)["'];$/gm;

/** The entry points and the chunks that they import; older chunks may lie beside them for a while. */
function loadedFiles(imports = anyImport): string[] {
  return filesFrom(
    filesOf('dist/functions', '.js').map((name) => join(root, 'dist/functions', name)),
    imports,
  );
}

function filesFrom(paths: readonly string[], imports: RegExp): string[] {
  const found = new Set(paths);
  for (const path of found) {
    for (const [, specifier] of readFileSync(path, 'utf8').matchAll(imports)) {
      const imported = join(dirname(path), specifier ?? '');
      if (existsSync(imported)) found.add(imported);
    }
  }
  return [...found];
}

/** The files of the source whose code is in built files. */
function sourcesIn(texts: readonly string[]): string[] {
  return texts.flatMap((text) => [...text.matchAll(/^\/\/ (\S+\.\w+)$/gm)].map(([, path]) => path ?? ''));
}

describe('the build', () => {
  test('has one entry point for each file of functions/', () => {
    const sources = filesOf('functions', '.ts').map((name) => name.replace(/\.ts$/, '.js'));
    expect(filesOf('dist/functions', '.js').sort()).toEqual(sources.sort());
  });

  test('loads one programming model for all entry points', () => {
    expect(app.programmingModels).toBe(1);
  });

  test.each([
    'lib/app/start.ts',
    'lib/app/services.ts',
    'node_modules/@azure/functions/dist/azure-functions.js',
  ])('holds %s once, so that all functions share one app', (source) => {
    const holders = loadedFiles().filter((path) => readFileSync(path, 'utf8').includes(`// ${source}\n`));
    expect(holders).toHaveLength(1);
  });

  test('leaves lmdb out, whose binary is found beside its own package', () => {
    const requiring = loadedFiles().filter((path) => /from ["']lmdb["']/.test(readFileSync(path, 'utf8')));
    expect(requiring).toHaveLength(1);
  });

  test('registers its functions without what only requests and timers need', () => {
    const texts = loadedFiles(importAtStart).map((path) => readFileSync(path, 'utf8'));
    const sources = sourcesIn(texts);
    expect(sources).toContain('lib/app/start.ts');
    const late = [
      /^lib\/(accounts|audit|auth|directory|feed|keys|manage|notifications|provisioning|tenants)\//,
      /^lib\/store\/(cosmos|embedded)\//,
      /node_modules\/(@azure\/(?!functions)|ipaddr|jose|lru-cache|nodemailer|standardwebhooks)/,
      /node_modules\/zod\/v4\/(classic|locales)/,
    ];
    expect(sources.filter((path) => late.some((form) => form.test(path)))).toEqual([]);
    expect(texts.join('').length).toBeLessThan(600_000);
  });

  test('answers a SCIM request without what only the management API and webhooks need', () => {
    const holding = loadedFiles().filter((path) =>
      readFileSync(path, 'utf8').includes('// lib/app/apis.ts\n'),
    );
    const sources = sourcesIn(filesFrom(holding, importAtStart).map((path) => readFileSync(path, 'utf8')));
    expect(sources).toContain('lib/app/services.ts');
    const late = /^lib\/(app\/record-delivery|feed\/webhooks|manage)|node_modules\/(ipaddr|standardwebhooks)/;
    expect(sources.filter((path) => late.test(path))).toEqual([]);
  });

  test('names its functions so that the fallback is the last that the host tries', () => {
    const http = app.functions.filter(({ type }) => type === 'httpTrigger');
    expect(http.at(-1)?.route).toBe('{*path}');
    const taking = http.filter(({ route }) => route?.includes('*')).map(({ route }) => route);
    expect(taking).toEqual(['api/v1/{*path}', '.well-known/oauth-protected-resource/{*path}', '{*path}']);
  });

  test('names its functions so that the host finds each at its own path, before any other that takes it', () => {
    const functions = app.functions.map(({ name, ...trigger }) => ({ name, trigger }));
    const findRoute = createRouter({ functions, routePrefix: '' } as unknown as FunctionApp);
    const missed = app.functions.flatMap(({ name, route, methods = [] }) =>
      methods
        .map(
          (method) => [method, `/${route?.replace('{*path}', 'else/where').replace('{id}', 'x')}`] as const,
        )
        .filter(([method, path]) => findRoute(method, path)?.target.name !== name),
    );
    expect(missed).toEqual([]);
    expect(findRoute('POST', '/scim/v2/Users/.search')?.target.name).toBe('users-search');
    expect(findRoute('GET', '/scim/v2/Users/.search')?.target.name).toBe('users-retrieve');
    expect(findRoute('PUT', '/scim/v2/Users')?.target.name).toBe('zz-fallback');
  });
});
