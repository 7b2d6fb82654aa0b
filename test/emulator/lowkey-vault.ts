import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.ts';
import { toPem } from './pem.ts';

/** The newest line of versions that runs on Java 17. */
const version = '3.4.33';
const artifact = `com.github.nagyesta.lowkey-vault:lowkey-vault-app:${version}`;
const cache = fileURLToPath(new URL('../../node_modules/.cache/lowkey-vault', import.meta.url));
const startMilliseconds = 40_000;

export interface LowkeyVault {
  readonly uri: string;
  /** PEM, to be trusted by its clients. */
  readonly cert: string;
  close(): void;
}

/**
 * Finds Lowkey Vault, or says why the tests go without it: MUSTER_LOWKEY_VAULT names its jar, or is `1` to have Maven
 * fetch it.
 */
export function findLowkeyVault(): { readonly jar: string } | { readonly reason: string } {
  const { MUSTER_LOWKEY_VAULT: wanted } = process.env;
  if (!wanted) return { reason: 'MUSTER_LOWKEY_VAULT is not set to 1 or to the path of its jar' };
  if (spawnSync('java', ['-version']).error) return { reason: 'Java is not installed; version 17 runs it' };
  if (wanted !== '1') return existsSync(wanted) ? { jar: wanted } : { reason: `${wanted} is not there` };
  const jar = join(cache, `lowkey-vault-app-${version}.jar`);
  if (existsSync(jar)) return { jar };
  mkdirSync(cache, { recursive: true });
  const goal = [
    '--batch-mode',
    '--quiet',
    'dependency:copy',
    `-Dartifact=${artifact}`,
    `-DoutputDirectory=${cache}`,
  ];
  const maven = spawnSync('mvn', goal, { encoding: 'utf8', shell: process.platform === 'win32' });
  if (maven.error) return { reason: 'Maven is not installed' };
  return existsSync(jar) ? { jar } : { reason: `Maven does not find ${artifact}` };
}

/** Starts Lowkey Vault on free ports of this machine; it keeps all in memory. */
export async function startLowkeyVault(jar: string): Promise<LowkeyVault> {
  const [port, tokenPort] = [await freePort(), await freePort()];
  const options = [`--server.port=${port}`, `--app.token.port=${tokenPort}`];
  const child = spawn('java', ['-jar', jar, ...options], { stdio: 'ignore' });
  const cert = await untilListening(child, port);
  return { uri: `https://localhost:${port}`, cert, close: () => void child.kill() };
}

async function untilListening(child: ChildProcess, port: number): Promise<string> {
  const deadline = Date.now() + startMilliseconds;
  while (child.exitCode === null && Date.now() < deadline) {
    const cert = await certificateAt(port).catch(() => undefined);
    if (cert !== undefined) return cert;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  child.kill();
  throw new Error(`Lowkey Vault does not listen on port ${port}`);
}

/** The certificate that vouches for itself there. */
function certificateAt(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, servername: 'localhost', rejectUnauthorized: false });
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      const { raw } = socket.getPeerCertificate();
      socket.end();
      resolve(toPem(raw));
    });
  });
}
