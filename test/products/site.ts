import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { makeClock } from '../support/clock.ts';
import { type SharedEndpoint, shareEndpoint } from '../support/shared-endpoint.ts';

/** A running endpoint whose clock can be put forward and whose mails land in a folder. */
export interface Site {
  readonly endpoint: SharedEndpoint;
  /** The endpoint's clock, in milliseconds since 1970. */
  now(): number;
  /** Lets days and minutes pass. */
  pass(time: { readonly days?: number; readonly minutes?: number }): void;
  /** Has the timers come by, and waits until they are done. */
  timers(): Promise<void>;
  /** Starts the timer that sends mails. */
  sendMails(): Promise<void>;
  /** The mails that hold all the words. */
  mailsWith(words: readonly string[]): readonly string[];
}

let opened: Promise<Site> | undefined;

/** Opens the site that the files of this worker share; its clock only ever goes forward. */
export function shareSite(): Promise<Site> {
  opened ??= openSite();
  return opened;
}

async function openSite(): Promise<Site> {
  const folder = mkdtempSync(join(tmpdir(), 'shared-products-'));
  const mail = join(folder, 'mail');
  const clock = makeClock(folder);
  const endpoint = await shareEndpoint({ env: { ...clock.env, MAIL_FOLDER: mail } });
  return {
    endpoint,
    now: clock.now,
    pass: ({ days = 0, minutes = 0 }) => clock.pass(days * 86_400 + minutes * 60),
    timers: () => runTimers(endpoint),
    sendMails: () => fire(endpoint, 'maintenance'),
    mailsWith: (words) => readMails(mail).filter((text) => words.every((word) => text.includes(word))),
  };
}

/** One run may have been under way already; the second has begun since. */
async function runTimers(endpoint: SharedEndpoint): Promise<void> {
  const runs = () => endpoint.output().split('"event":"maintenance"').length - 1;
  const before = runs();
  for (const _ of ['first', 'second']) await fire(endpoint, 'maintenance');
  await expect.poll(runs, { timeout: 20_000, interval: 20 }).toBeGreaterThanOrEqual(before + 2);
}

async function fire({ manage }: SharedEndpoint, timer: string): Promise<void> {
  const { status } = await manage('POST', `/admin/functions/${timer}`, { input: '' });
  expect(status, `there is a timer ${timer}`).toBe(202);
}

function readMails(folder: string): readonly string[] {
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.eml')) : [];
  return files.map((name) => plain(readFileSync(join(folder, name), 'utf8')));
}

/** Without the signs of quoted-printable (RFC 2045 6.7). */
function plain(text: string): string {
  const whole = text.replace(/=\r?\n/g, '');
  return whole.replace(/=([0-9A-F]{2})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}
