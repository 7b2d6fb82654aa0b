import { isJsonObject, type JsonObject, type JsonValue } from '../../../lib/scim/json.ts';
import { splitAssignment } from '../command.ts';
import { CommandError } from '../command-error.ts';
import { readJsonFile } from './read-json.ts';

/** How settings are given on the command line. */
export interface PolicyOptions {
  readonly policy: string | undefined;
  readonly set: readonly string[] | undefined;
}

/** The part of a policy that the options set, single settings over the file; undefined where neither is given. */
export async function readPolicyOptions({
  policy,
  set = [],
}: PolicyOptions): Promise<JsonObject | undefined> {
  if (policy === undefined && set.length === 0) return undefined;
  const file = policy === undefined ? {} : await readJsonFile(policy);
  return set.reduce((all, assignment) => {
    const [path, value] = splitAssignment(assignment, '--set');
    return assign(all, path.split('.'), readValue(path, value));
  }, file);
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

/** JSON, or the text itself where it cannot have been meant as JSON. */
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
