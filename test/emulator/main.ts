import { startEmulator } from './vercel.ts';

// Run as a process of its own, which tells its parent where it listens and ends with it.
const { endpoint } = await startEmulator();
process.on('disconnect', () => process.exit());
process.send?.(endpoint);
