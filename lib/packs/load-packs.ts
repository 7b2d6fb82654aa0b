import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { explainJson } from '../base/explain-json.ts';
import { describeIssue, plainWording } from '../base/plain-wording.ts';
import { groupMembersExtension, groupMemberType } from '../scim/schema/group-member.ts';
import { groupType } from '../scim/schema/resource-types.ts';
import agentsOlder from './agents-older.json' with { type: 'json' };
import agentsWzdk from './agents-wzdk.json' with { type: 'json' };
import devices from './devices.json' with { type: 'json' };
import { groupMembersFile } from './distinct.ts';
import groupDescription from './group-description.json' with { type: 'json' };
import oktaEntitlements from './okta-entitlements.json' with { type: 'json' };
import { type LoadedPack, packSchema } from './pack.ts';

const { name, endpoint, description, schema } = groupMemberType;

/** The pack of memberships. Its resources are the members of groups, so it has code of its own. */
const groupMembersPack = {
  id: 'group-members',
  description: 'Memberships as resources of their own, for groups of any size',
  schemas: [schema, groupMembersExtension],
  resourceTypes: [{ name, endpoint, description, schema: schema.id }],
  extensions: [{ resourceType: groupType.name, schema: groupMembersExtension.id }],
};

/**
 * Reads the packs that Muster ships and those in the deployment's own folder.
 *
 * Throws an Error that names the file, the property and the expected value.
 */
export function loadPacks(folder: string | undefined): readonly LoadedPack[] {
  const shipped = {
    'agents-older.json': agentsOlder,
    'agents-wzdk.json': agentsWzdk,
    'devices.json': devices,
    'group-description.json': groupDescription,
    'okta-entitlements.json': oktaEntitlements,
    [groupMembersFile]: groupMembersPack,
  };
  const own = folder === undefined ? [] : readFolder(folder);
  return [...Object.entries(shipped), ...own].map(([file, content]) => readPack(file, content));
}

function readFolder(folder: string): readonly [file: string, content: unknown][] {
  return filesIn(folder).map((name) => [name, readJson(folder, name)]);
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort();
  } catch (cause) {
    throw new Error(`MUSTER_PACKS must name a folder of JSON files: cannot read ${folder}`, { cause });
  }
}

/** Reads the JSON of a file; throws an Error that names the file, and the line and column of a fault. */
function readJson(folder: string, name: string): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(join(folder, name)));
  } catch (cause) {
    throw new Error(`The pack ${name} in ${folder} cannot be read: save it as a text file in UTF-8`, {
      cause,
    });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`The pack ${name} is not JSON: ${explainJson(cause, text)}`, { cause });
  }
}

function readPack(file: string, content: unknown): LoadedPack {
  const { success, data, error } = packSchema.safeParse(content, { error: plainWording });
  if (success) return { ...data, file };
  const faults = error.issues.map((issue) => describeIssue(issue));
  throw new Error(`The pack ${file} cannot be used: ${faults.join('; ')}`);
}
