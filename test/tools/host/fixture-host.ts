import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const runner = fileURLToPath(new URL('../../../tools/run.mjs', import.meta.url));

export interface FixtureHost {
  readonly baseUrl: string;
  readonly functionKey: string;
  readonly child: ChildProcess;
  output(): string;
  /** Sends a signal and yields the exit code. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Serves the fixture app in a process of its own. */
export function serveFixture(
  kind: 'streamed' | 'buffered',
  env: Readonly<Record<string, string>> = {},
): Promise<FixtureHost> {
  return serveApp(fileURLToPath(new URL(`fixture-app/${kind}`, import.meta.url)), env);
}

/** Serves the function app of a folder in a process of its own; rejects with what it printed when it does not start. */
export async function serveApp(
  root: string,
  env: Readonly<Record<string, string>> = {},
): Promise<FixtureHost> {
  const child = fork(runner, ['test/tools/host/serve-app.ts', root], {
    silent: true,
    env: { ...process.env, ...env },
    execArgv: [],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  const exited = once(child, 'exit');
  const started = once(child, 'message');
  await Promise.race([started, exited]);
  if (child.exitCode !== null) throw new Error(`The host ended: ${text}`);
  const [{ baseUrl, functionKey }] = await started;
  return {
    baseUrl,
    functionKey,
    child,
    output: () => text,
    end: async (signal = 'SIGTERM') => {
      child.kill(signal);
      const [code] = await exited;
      return code;
    },
  };
}
