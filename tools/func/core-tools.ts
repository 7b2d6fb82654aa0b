import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { StartError } from '../host/start-error.ts';

const names = process.platform === 'win32' ? ['func.exe', 'func.cmd'] : ['func'];

/** Finds `func` on the PATH; throws a StartError that says how to get it. */
export function findCoreTools(path = process.env.PATH ?? ''): string {
  const folders = path.split(delimiter).filter((folder) => folder !== '');
  const found = folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isExecutable);
  if (found !== undefined) return found;
  throw new StartError(
    'Azure Functions Core Tools are not on the PATH. Install version 4 with ' +
      '`npm install --global azure-functions-core-tools@4`, on a Mac also with ' +
      '`brew install azure/functions/azure-functions-core-tools@4`, on Windows also with ' +
      '`winget install Microsoft.Azure.FunctionsCoreTools`; then open a new terminal and start `npm run func` ' +
      'again. Without them, `npm start` serves the same functions in the local host of this project.',
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
