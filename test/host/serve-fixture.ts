import { fileURLToPath } from 'node:url';
import { startHost } from '../../tools/host/host.ts';
import { stopOnSignals, surviveUncaughtErrors } from '../../tools/host/signals.ts';

const root = fileURLToPath(new URL(`fixture-app/${process.argv[2]}`, import.meta.url));
surviveUncaughtErrors();
const { stop, baseUrl, functionKey } = await startHost({ root, port: 0 });
stopOnSignals(stop);
process.send?.({ baseUrl, functionKey });
if (!process.send) process.stdout.write(`${baseUrl} ${functionKey}\n`);
