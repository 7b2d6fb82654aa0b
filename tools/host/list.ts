import { fileURLToPath } from 'node:url';
import { loadFunctionApp } from './function-app.ts';

// Lists the functions of the project's build, or of another folder with a package.json and a host.json.
const root = process.argv[2] ?? fileURLToPath(new URL('../..', import.meta.url));

process.env.MUSTER_DATA = ':memory:';
process.env.PUBLIC_BASE_URL ??= 'http://127.0.0.1:7071';

const app = await loadFunctionApp({ root, log: () => {} });
const functions = app.functions.map(({ name, trigger }) => {
  const { type, route, methods, authLevel, schedule } = trigger;
  return { name, type, route, methods, authLevel, schedule };
});
console.log(JSON.stringify({ programmingModels: app.modelCount, functions }, null, 2));
await app.runAppHooks('appTerminate');
process.exit(0);
