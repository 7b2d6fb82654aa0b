import { startHost } from '../../../tools/host/host.ts';
import { stopOnSignals, surviveUncaughtErrors } from '../../../tools/host/signals.ts';

const [, , root = ''] = process.argv;
const { stop, baseUrl, functionKey } = await startHost({ root, port: 0 });
surviveUncaughtErrors();
stopOnSignals(stop);
process.send?.({ baseUrl, functionKey });
if (!process.send) process.stdout.write(`${baseUrl} ${functionKey}\n`);
