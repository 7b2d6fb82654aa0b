import type { AddressInfo } from 'node:net';
import { type Front, type FrontOptions, startFront } from './front.ts';
import { memoiseParser } from './memoised-parser.ts';
import { arraysOnTop } from './shape.ts';

/** Any key: the emulator checks none. */
export const emulatorKey = Buffer.from('emulator').toString('base64');

/** Starts the emulator from npm behind the front that mends it, on free ports; it keeps all in memory. */
export async function startEmulator(options: Pick<FrontOptions, 'nextFault'> = {}): Promise<Front> {
  memoiseParser();
  const { createHttpServer } = await import('@vercel/cosmosdb-server');
  const server = createHttpServer({ keepAlive: true });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const front = await startFront({ origin, shape: arraysOnTop, ...options });
  return {
    endpoint: front.endpoint,
    async close() {
      await front.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
