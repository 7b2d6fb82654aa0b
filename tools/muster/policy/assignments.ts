import type { Readable } from 'node:stream';
import { isJsonObject, type JsonObject, type JsonValue } from '../../../lib/scim/json.ts';
import { splitAssignment } from '../command.ts';
import { CommandError } from '../command-error.ts';
import { readJsonFile } from './read-json.ts';

/** The options that set parts of a policy. */
export interface PolicyOptions {
  readonly policy: string | undefined;
  readonly profile: string | undefined;
  readonly set: readonly string[] | undefined;
}

/** Reads the part of a policy that the options set; single settings override the file. Undefined without options. */
export async function readPolicyOptions(
  { policy, profile, set = [] }: PolicyOptions,
  input: Readable,
): Promise<JsonObject | undefined> {
  if (policy === undefined && profile === undefined && set.length === 0) return undefined;
  const file = policy === undefined ? {} : await readJsonFile(policy, input);
  const named = profile === undefined ? file : assign(file, ['endpoint', 'profile'], profile);
  return set.reduce((all, assignment) => {
    const [path, value] = splitAssignment(assignment, '--set');
    return assign(all, path.split('.'), readValue(path, value));
  }, named);
}

function assign(
  target: JsonValue | undefined,
  [name = '', ...rest]: readonly string[],
  value: JsonValue,
): JsonObject {
  const members = new Map(Object.entries(isJsonObject(target) ? target : {}));
  members.set(name, rest.length === 0 ? value : assign(members.get(name), rest, value));
  return Object.fromEntries(members);
}

/** Parses JSON; returns the text itself if it was clearly not meant as JSON. */
function readValue(path: string, text: string): JsonValue {
  try {
    return JSON.parse(text);
  } catch {
    if (!/^\s*["[{]/.test(text) && text !== '') return text;
    throw new CommandError(
      'usage',
      `--set ${path}= needs a JSON value, such as 3, true, "text" or ["a", "b"].`,
    );
  }
}
