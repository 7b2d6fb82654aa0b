import { execFileSync, type StdioOptions } from 'node:child_process';
import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { glob } from 'tinyglobby';
import { startMuster } from './endpoint.ts';
import { createUsers } from './endpoint-contender.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A process to start cold: its name in the tables, its command and its environment. */
export interface ColdApp {
  readonly name: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The names of the processes in the tables. */
export const coldNames = {
  bare: 'bare Node',
  empty: 'empty function app',
  package: 'package',
  unbundled: 'unbundled',
} as const;

const quiet: StdioOptions = ['ignore', 'ignore', 'inherit'];

const bundled = {
  absWorkingDir: root,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  external: ['@azure/functions-core', 'lmdb'],
  banner: {
    js: "import { createRequire as newRequire } from 'node:module'; const require = newRequire(import.meta.url);",
  },
  logLevel: 'error',
} as const satisfies BuildOptions;

/** Prepares the processes in a folder: an empty script, an empty app, the package, and the unbundled sources. */
export async function layOutApps(folder: string): Promise<readonly ColdApp[]> {
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  await writeFile(join(folder, 'bare.mjs'), bareScript);
  await bundle('tools/bench/cold-process.ts', join(folder, 'loader.mjs'));
  await layOutApp(join(folder, 'empty'), (to) =>
    bundle('tools/bench/empty-function.ts', join(to, 'empty.js')),
  );
  await layOutApp(join(folder, 'unbundled'), () => transpile(join(folder, 'unbundled/dist')));
  execFileSync(process.execPath, ['tools/package.mjs', '--to', folder], { cwd: root, stdio: quiet });

  const { path, token } = await fillData(join(folder, 'data'));
  const env = {
    MUSTER_DATA: join(folder, 'data'),
    MUSTER_LOG: 'warning',
    PUBLIC_BASE_URL: 'http://127.0.0.1',
  };
  const loading = (name: 'empty' | 'package' | 'unbundled'): ColdApp => ({
    name: coldNames[name],
    command: [join(folder, 'loader.mjs'), path, join(folder, name)],
    env: { ...env, BENCH_TOKEN: token },
  });
  const bare = { name: coldNames.bare, command: [join(folder, 'bare.mjs')], env };
  return [bare, loading('empty'), loading('package'), loading('unbundled')];
}

const bareScript = `const now = performance.timeOrigin + performance.now();
const { user, system } = process.cpuUsage();
const cpu = (user + system) / 1_000;
const report = { registered: now, registeredCpu: cpu, answered: now, answeredCpu: cpu, status: 200 };
process.send(report, () => process.exit(0));
`;

/** Creates a data folder with one tenant, its key and a user; returns the user's path and the key. */
async function fillData(data: string): Promise<{ path: string; token: string }> {
  const muster = await startMuster(data);
  const [id] = await createUsers(muster, 1, () => {});
  await muster.stop();
  return { path: `${new URL(muster.tenantUrl).pathname}/Users/${id}`, token: muster.secretToken };
}

async function layOutApp(folder: string, fill: (functions: string) => Promise<unknown>): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "type": "module", "main": "dist/functions/*.js" }');
  await cp(join(root, 'host.json'), join(folder, 'host.json'));
  await fill(join(folder, 'dist/functions'));
}

function bundle(source: string, outfile: string): Promise<unknown> {
  return build({ ...bundled, entryPoints: [source], outfile });
}

/** Compiles every source to a file of its own, which finds packages in node_modules. */
async function transpile(outdir: string): Promise<void> {
  const entryPoints = await glob(['functions/*.ts', 'lib/**/*.ts'], { cwd: root });
  const { banner: _, ...options } = bundled;
  await build({
    ...options,
    entryPoints,
    outdir,
    outbase: root,
    packages: 'external',
    plugins: [fileByFile],
  });
}

const fileByFile: Plugin = {
  name: 'file-by-file',
  setup({ onResolve }) {
    onResolve({ filter: /^\..*\.ts$/ }, ({ path, kind }) =>
      kind === 'entry-point' ? undefined : { path: path.replace(/\.ts$/, '.js'), external: true },
    );
  },
};
