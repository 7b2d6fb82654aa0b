import { startHost } from '../../../tools/host/host.ts';
import { stopOnSignals, surviveUncaughtErrors } from '../../../tools/host/signals.ts';

const [, , root = ''] = process.argv;
const asRealHost = process.env.AS_REAL_HOST === 'true';
const { stop, baseUrl, functionKey } = await startHost({ root, port: 0, asRealHost });
surviveUncaughtErrors();
stopOnSignals(stop);
process.send?.({ baseUrl, functionKey });
if (!process.send) process.stdout.write(`${baseUrl} ${functionKey}\n`);
