import type { Readable } from 'node:stream';
import type { Access, AccessOptions } from './access/access.ts';
import { openAccess } from './access/open-access.ts';
import { type Api, createApi } from './api/api.ts';
import { createClient, type Send } from './api/client.ts';
import { createOutput, type Output, type OutputStream } from './terminal/output.ts';
import { createPerson, type Person, type Terminal } from './terminal/person.ts';

/** The things outside a command line that it may use: those of its process. */
export interface Surroundings {
  readonly stdin: Terminal['input'];
  readonly stdout: OutputStream;
  readonly stderr: Terminal['output'];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** The things that a command works with. */
export interface Session {
  readonly api: Api;
  readonly output: Output;
  readonly person: Person;
  /** The standard input. */
  readonly input: Readable;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** The folder for files about the endpoint that commands keep for later commands. */
  stateFolder(): Promise<string>;
}

export interface SessionOptions extends AccessOptions {
  readonly json?: boolean;
}

/** Starts a session; the first call finds the endpoint. */
export function createSession(options: SessionOptions, surroundings: Surroundings): Session {
  const { stdin: input, stdout, stderr, environment, signal } = surroundings;
  const output = createOutput({ json: options.json ?? false, stdout, stderr });
  const person = createPerson({ input, output: stderr, signal });
  let opened: Promise<Access> | undefined;
  const access = () => {
    opened ??= openAccess(options, { environment, person, output, signal });
    return opened;
  };
  let client: Send | undefined;
  const send: Send = async (call) => {
    client ??= createClient({ access: await access(), output, signal });
    return client(call);
  };
  return {
    api: createApi(send),
    output,
    person,
    input,
    signal,
    now: () => Date.now(),
    stateFolder: async () => (await access()).stateFolder,
  };
}
