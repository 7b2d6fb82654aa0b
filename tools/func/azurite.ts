import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { StartError } from '../host/start-error.ts';
import { startGroup } from './child-group.ts';

/** A storage emulator that is starting or running. */
export interface Azurite {
  /** The value for the setting AzureWebJobsStorage; rejects with a StartError if Azurite ends first. */
  readonly connectionString: Promise<string>;
  stop(): Promise<void>;
}

const services = ['Blob', 'Queue', 'Table'] as const;
const account = 'muster';
const keyBytes = 64;
const listening = /Azurite (\w+) service is successfully listening at (\S+)/;

/** Starts Azurite on free loopback ports, with its data in a folder and with its own account. */
export function startAzurite(folder: string): Azurite {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const key = randomBytes(keyBytes).toString('base64');
  const args = ['--silent', '--disableTelemetry', '--skipApiVersionCheck', '--location', folder];
  for (const service of services) {
    const name = service.toLowerCase();
    args.push(`--${name}Host`, '127.0.0.1', `--${name}Port`, '0');
  }
  const { child, ended, stop } = startGroup(process.execPath, [azuriteScript(), ...args], {
    // Azurite uses features that newer versions of Node warn about.
    env: { ...process.env, AZURITE_ACCOUNTS: `${account}:${key}`, NODE_NO_WARNINGS: '1' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const early = ended.then(() => {
    throw new StartError(`Azurite did not start: check whether ${folder} is writable.`);
  });
  const addresses = child.stdout ? readAddresses(child.stdout) : early;
  const connectionString = Promise.race([addresses, early]).then((found) => {
    const endpoints = services.map((service) => `${service}Endpoint=${found.get(service)}/${account}`);
    return [
      'DefaultEndpointsProtocol=http',
      `AccountName=${account}`,
      `AccountKey=${key}`,
      ...endpoints,
    ].join(';');
  });
  return { connectionString, stop };
}

function azuriteScript(): string {
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve('azurite/package.json')), 'dist/src/azurite.js');
}

/** Returns the address of each service once all of them listen; ignores later output of Azurite. */
function readAddresses(output: Readable): Promise<ReadonlyMap<string, string>> {
  const addresses = new Map<string, string>();
  return new Promise((resolve) => {
    createInterface({ input: output }).on('line', (line) => {
      const [, service, address] = listening.exec(line) ?? [];
      if (service && address) addresses.set(service, address);
      if (addresses.size === services.length) resolve(addresses);
    });
  });
}
