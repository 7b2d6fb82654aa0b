import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Endpoint, startEndpoint } from '../support/endpoint.ts';

/** A running endpoint whose clock can be put forward and whose mails land in a folder. */
export interface Site {
  readonly endpoint: Endpoint;
  /** Lets days and minutes pass. */
  pass(time: { readonly days?: number; readonly minutes?: number }): void;
  /** Has the timers come by, and waits until they are done. */
  timers(): Promise<void>;
  /** Has the mails sent that wait, and yields those to an address as readable text. */
  mailsTo(address: string): Promise<readonly string[]>;
  dropMails(): void;
  close(): Promise<void>;
}

/** Starts an endpoint in a process of its own. */
export async function openSite(): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'muster-products-'));
  const [clock, mail] = [join(folder, 'clock'), join(folder, 'mail')];
  writeFileSync(clock, '');
  utimesSync(clock, 0, 0);
  const endpoint = await startEndpoint({
    env: {
      NODE_OPTIONS: `--import=${new URL('clock.mjs', import.meta.url)}`,
      TEST_CLOCK_FILE: clock,
      MAIL_FOLDER: mail,
      MUSTER_LOG: 'information',
    },
  });
  let ahead = 0;
  return {
    endpoint,
    pass({ days = 0, minutes = 0 }) {
      ahead += days * 86_400 + minutes * 60;
      utimesSync(clock, 0, ahead);
    },
    timers: () => runTimers(endpoint),
    async mailsTo(address) {
      await fire(endpoint, 'mails');
      return readMails(mail).filter((text) => text.includes(`To: ${address}`));
    },
    dropMails: () => rmSync(mail, { recursive: true, force: true }),
    async close() {
      await endpoint.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

/** One run may have been under way already; the second has begun since. */
async function runTimers(endpoint: Endpoint): Promise<void> {
  const runs = () => endpoint.output().split('"event":"maintenance"').length - 1;
  const before = runs();
  for (const _ of ['first', 'second']) await fire(endpoint, 'maintenance');
  await expect.poll(runs, { timeout: 20_000, interval: 20 }).toBeGreaterThanOrEqual(before + 2);
}

async function fire({ manage }: Endpoint, timer: string): Promise<void> {
  const { status } = await manage('POST', `/admin/functions/${timer}`, { input: '' });
  expect(status, `there is a timer ${timer}`).toBe(202);
}

function readMails(folder: string): readonly string[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.eml'));
  return files.map((name) => readFileSync(join(folder, name), 'utf8'));
}
