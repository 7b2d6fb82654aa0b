import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import type { Mailbox, MailSender } from './mail-sender.ts';
import { rawMessage } from './raw-message.ts';

interface FolderOptions {
  readonly folder: string;
  readonly from: Mailbox;
  readonly now: Clock;
}

/** Writes each mail to a folder, as a file `.eml` that only its owner can read; for development. */
export function createFolderSender({ folder, from, now }: FolderOptions): MailSender {
  return {
    async send(message) {
      const raw = await rawMessage(message, { from, date: now() });
      const path = join(folder, `${message.id}.eml`);
      try {
        await mkdir(folder, { recursive: true, mode: 0o700 });
        await writeFile(`${path}.part`, raw, { mode: 0o600 });
        await rename(`${path}.part`, path);
        return { outcome: 'accepted' };
      } catch (thrown) {
        const { code = 'internal' } = thrown as NodeJS.ErrnoException;
        return { outcome: 'unreachable', reason: code };
      }
    },
  };
}
