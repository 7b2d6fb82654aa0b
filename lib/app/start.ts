import { app } from '@azure/functions';
import { createLog } from '../base/log.ts';
import { loadTemplates } from '../mail/templates.ts';
import { createCatalogue } from '../packs/catalogue.ts';
import { loadPacks } from '../packs/load-packs.ts';
import type { Partition } from '../store/document-store.ts';
import { boundInvocations } from './bounded-invocations.ts';
import { readConfig } from './config.ts';

// Each of these is read while the functions register, so that a wrong setting, pack or template stops the start.

/** The settings. */
export const config = readConfig();
/** The schemas and resource types of the core and of the deployment's packs. */
export const catalogue = createCatalogue(loadPacks(config.packsFolder));
/** The templates of mails. */
export const templates = loadTemplates(config.templatesFolder);

/** Milliseconds since 1970. */
export const now = Date.now;
/** Milliseconds since the start, by a clock that nobody can set. */
export const elapsed = () => performance.now();
/** Writes log lines at or above the configured level. */
export const log = createLog(config.logLevel, config.logForm, now);

/** Logs that a delivery failed. The timer repeats it. */
export const undelivered = (cause: unknown) => log('warning', { event: 'undelivered', cause });

/** Called with the place of each recorded change of this process, after it is stored. */
export const changeListeners: ((place: Partition) => void)[] = [];

/** Closes what was opened, when the process ends. */
export const closings: (() => Promise<void>)[] = [];

app.setup({ enableHttpStream: true });
boundInvocations();
app.hook.appTerminate(async () => {
  for (const close of closings) await close();
});
