import { isJsonObject, type JsonObject, type JsonValue } from '../../lib/scim/json.ts';

/** A setting that produces the behaviour of a row. */
export interface Setting {
  /** Such as `groups.teams`. */
  readonly path: string;
  readonly value: JsonValue;
  /** True if the preset does not have the setting, so that the test adds it. */
  readonly isOption: boolean;
}

/** Lists the settings of a policy that the patch `off` removes; those that the patch `on` sets are options. */
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
