import { fileURLToPath } from 'node:url';
import { startHost } from '../host/host.ts';
import { stopOnSignals } from '../host/signals.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const host = startHost({ root, main: 'tools/bench/empty-function.ts', port: 0 });
stopOnSignals(async () => (await host).stop());
const { baseUrl } = await host;
process.send?.({ tenantUrl: baseUrl, secretToken: 'unused' });
