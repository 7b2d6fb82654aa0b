import { ScimError } from '../errors.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

/** One member as a client names it (RFC 7643 4.2). */
export interface Member {
  readonly value: string;
  /** The name of its resource type, where the client says so. */
  readonly type?: string;
}

const namePattern = /^[^\p{Cc}]{1,200}$/u;

/** Whether a text can name a member: by its id, or by what the client will know it by. */
export function isMemberName(text: string): boolean {
  return namePattern.test(text);
}

/**
 * Reads the members that an operation adds; one alone may stand without its array. Throws `invalidValue`.
 */
export function readMembers(value: JsonValue | undefined): readonly Member[] {
  return elementsOf(value).map((element, index) => {
    const member = readMember(element, index);
    if (isMemberName(member.value)) return member;
    throw invalidMember(index, '.value must be the id of a user or group');
  });
}

/** Reads the names that a remove has in its value; what cannot be one is left out, as unknown members are. */
export function readMemberIds(value: JsonValue): readonly string[] {
  return elementsOf(value)
    .map((element, index) => readMember(element, index).value)
    .filter(isMemberName);
}

function elementsOf(value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined || value === null) return [];
  return isJsonArray(value) ? value : [value];
}

function readMember(element: JsonValue, index: number): Member {
  if (!isJsonObject(element)) throw invalidMember(index, ' must be an object with a "value"');
  const value = readMemberAttribute(element, 'value');
  const type = readMemberAttribute(element, 'type') ?? undefined;
  if (typeof value !== 'string') throw invalidMember(index, '.value must be the id of a user or group');
  if (type !== undefined && typeof type !== 'string') throw invalidMember(index, '.type must be a string');
  return type === undefined ? { value } : { value, type };
}

/** Finds a sub-attribute by its name in any case (RFC 7643 2.1). */
function readMemberAttribute(member: JsonObject, name: string): JsonValue | undefined {
  const key = Object.keys(member).find((candidate) => candidate.toLowerCase() === name);
  return key === undefined ? undefined : member[key];
}

function invalidMember(index: number, problem: string): ScimError {
  return new ScimError('invalidValue', { detail: `members[${index}]${problem}` });
}
