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
  const found = new Set(filesOf('dist/functions', '.js').map((name) => join(root, 'dist/functions', name)));
  for (const path of found) {
    for (const [, specifier] of readFileSync(path, 'utf8').matchAll(imports)) {
      const imported = join(dirname(path), specifier ?? '');
      if (existsSync(imported)) found.add(imported);
    }
  }
  return [...found];
}

describe('the build', () => {
  test('has one entry point for each file of functions/', () => {
    const sources = filesOf('functions', '.ts').map((name) => name.replace(/\.ts$/, '.js'));
    expect(filesOf('dist/functions', '.js').sort()).toEqual(sources.sort());
  });

  test('loads one programming model for all entry points', () => {
    expect(app.programmingModels).toBe(1);
  });

  test.each(['lib/app/services.ts', 'node_modules/@azure/functions/dist/azure-functions.js'])(
    'holds %s once, so that all functions share one app',
    (source) => {
      const holders = loadedFiles().filter((path) => readFileSync(path, 'utf8').includes(`// ${source}\n`));
      expect(holders).toHaveLength(1);
    },
  );

  test('leaves lmdb out, whose binary is found beside its own package', () => {
    const requiring = loadedFiles().filter((path) => /from ["']lmdb["']/.test(readFileSync(path, 'utf8')));
    expect(requiring).toHaveLength(1);
  });

  test('loads no database, no credentials, no mail and no languages but English to register its functions', () => {
    const texts = loadedFiles(importAtStart).map((path) => readFileSync(path, 'utf8'));
    const sources = texts.flatMap((text) =>
      [...text.matchAll(/^\/\/ (\S+\.\w+)$/gm)].map(([, path]) => path),
    );
    expect(sources).toContain('lib/app/services.ts');
    const late =
      /^lib\/store\/(cosmos|embedded)|node_modules\/(@azure\/(?!functions)|nodemailer|zod\/v4\/locales\/(?!en\.))/;
    expect(sources.filter((path) => late.test(path ?? ''))).toEqual([]);
    expect(texts.join('').length).toBeLessThan(1_500_000);
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
