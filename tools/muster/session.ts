import type { Access, AccessOptions } from './access/access.ts';
import { openAccess } from './access/open-access.ts';
import { type Api, createApi } from './api/api.ts';
import { createClient, type Send } from './api/client.ts';
import { createOutput, type Output } from './terminal/output.ts';
import { createPerson, type Person } from './terminal/person.ts';

/** The things that a command works with. */
export interface Session {
  readonly api: Api;
  readonly output: Output;
  readonly person: Person;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** The folder for files about the endpoint that commands keep for later commands. */
  stateFolder(): Promise<string>;
}

export interface SessionOptions extends AccessOptions {
  readonly json?: boolean;
}

/** Starts a session in this process; the first call finds the endpoint. */
export function createSession(options: SessionOptions, signal: AbortSignal): Session {
  const { stdin: input, stdout, stderr, env: environment } = process;
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
    signal,
    now: () => Date.now(),
    stateFolder: async () => (await access()).stateFolder,
  };
}
