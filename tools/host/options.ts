import { parseArgs } from 'node:util';
import { StartError } from './start-error.ts';

/** The options of the command line. */
export interface StartOptions {
  readonly port: number;
  /** The data folder; if undefined, the settings name it. */
  readonly data: string | undefined;
  readonly memory: boolean;
}

const defaultPort = 7071;
const usage = 'npm start -- [--port N] [--data DIR] [--memory]';

/** Reads the command line; throws a StartError if it is wrong. */
export function parseOptions(args: readonly string[]): StartOptions {
  const { port, data, memory = false } = parse(args);
  if (memory && data !== undefined) {
    throw new StartError('Use either --data or --memory: with --memory there is no data folder.');
  }
  return { port: port === undefined ? defaultPort : parsePort(port), data, memory };
}

function parse(args: readonly string[]) {
  try {
    const options = {
      port: { type: 'string' },
      data: { type: 'string' },
      memory: { type: 'boolean' },
    } as const;
    return parseArgs({ args: [...args], options, strict: true }).values;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('. ')[0] : String(error);
    throw new StartError(`${reason}. Start with: ${usage}`);
  }
}

/** Reads a port; throws a StartError if the text is not one. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new StartError(`--port needs a number from 0 to 65535, not "${text}": 0 means any free port.`);
}
