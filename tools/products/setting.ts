import { isJsonObject, type JsonObject, type JsonValue } from '../../lib/scim/json.ts';

/** A setting that brings a row about. */
export interface Setting {
  /** Such as `groups.teams`. */
  readonly path: string;
  readonly value: JsonValue;
  /** Whether it is switched on beside the preset. */
  readonly isOption: boolean;
}

/** The settings of a policy that a patch takes away; those of another patch are options. */
export function settingsOf(
  policy: JsonValue,
  { on, off }: { on: JsonValue | undefined; off: JsonValue },
  path: readonly string[] = [],
): readonly Setting[] {
  if (!isJsonObject(off)) return [{ path: path.join('.'), value: policy, isOption: on !== undefined }];
  return Object.entries(off).flatMap(([name, inner]) =>
    settingsOf(member(policy, name) ?? null, { on: member(on, name), off: inner }, [...path, name]),
  );
}

function member(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isJsonObject(value) ? (value as JsonObject)[name] : undefined;
}
