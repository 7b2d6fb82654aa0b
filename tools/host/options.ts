import { parseArgs } from 'node:util';
import { StartError } from './start-error.ts';

/** What the command line asks for. */
export interface StartOptions {
  readonly port: number;
  /** The folder of the data; undefined leaves it to the settings. */
  readonly data: string | undefined;
  readonly memory: boolean;
}

const defaultPort = 7071;
const usage = 'npm start -- [--port N] [--data DIR] [--memory]';

/** Reads the command line; throws a StartError for what it does not know. */
export function parseOptions(args: readonly string[]): StartOptions {
  const { port, data, memory = false } = parse(args);
  if (memory && data !== undefined) {
    throw new StartError('Use either --data or --memory: with --memory nothing is written to a folder.');
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

/** Reads a port; throws a StartError for what is none. */
export function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new StartError(
    `--port needs a number from 0 to 65535, and "${text}" is none: 0 takes any free port.`,
  );
}
