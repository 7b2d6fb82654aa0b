import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.ts';
import { type Front, startFront } from './front.ts';
import { idsWithPartition } from './shape.ts';

const cache = fileURLToPath(new URL('../../node_modules/.cache/cosmium', import.meta.url));
const startMilliseconds = 20_000;

/**
 * Finds the server of Cosmium, or says why the tests go without it: MUSTER_COSMIUM names its program, or is `1` to
 * have Go install it.
 */
export function findCosmium(): { readonly program: string } | { readonly reason: string } {
  const { MUSTER_COSMIUM: wanted } = process.env;
  if (!wanted) return { reason: 'MUSTER_COSMIUM is not set to 1 or to the path of its server' };
  if (wanted !== '1') return existsSync(wanted) ? { program: wanted } : { reason: `${wanted} is not there` };
  const program = join(cache, process.platform === 'win32' ? 'server.exe' : 'server');
  if (existsSync(program)) return { program };
  mkdirSync(cache, { recursive: true });
  const go = spawnSync('go', ['install', 'github.com/pikami/cosmium/cmd/server@latest'], {
    env: { ...process.env, GOBIN: cache },
    encoding: 'utf8',
  });
  if (go.error) return { reason: 'Go is not installed; version 1.24 or newer builds it' };
  return existsSync(program) ? { program } : { reason: `Go cannot install it: ${go.stderr.trim()}` };
}

/** Starts Cosmium behind the front, on free ports of this machine; it keeps all in memory. */
export async function startCosmium(program: string): Promise<Front> {
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const options = [
    '-Host',
    '127.0.0.1',
    '-Port',
    String(port),
    '-DisableTls',
    '-DisableAuth',
    '-LogLevel',
    'silent',
  ];
  const child = spawn(program, options, { stdio: 'ignore' });
  await untilListening(child, origin);
  const front = await startFront({ origin, shape: idsWithPartition });
  return {
    endpoint: front.endpoint,
    async close() {
      await front.close();
      child.kill();
    },
  };
}

async function untilListening(child: ChildProcess, origin: string): Promise<void> {
  const deadline = Date.now() + startMilliseconds;
  while (child.exitCode === null && Date.now() < deadline) {
    const isThere = await fetch(origin).then(
      () => true,
      () => false,
    );
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Cosmium does not listen at ${origin}`);
}
