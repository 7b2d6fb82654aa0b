import type * as z from 'zod';
import { plainWording } from '../../../lib/base/plain-wording.ts';
import { policyFaults } from '../../../lib/manage/read-policy.ts';
import { type Catalogue, createCatalogue } from '../../../lib/packs/catalogue.ts';
import { loadPacks } from '../../../lib/packs/load-packs.ts';
import type { JsonObject } from '../../../lib/scim/json.ts';
import { policySchema } from '../../../lib/tenants/policy.ts';
import { CommandError } from '../command-error.ts';
import { policySections, type Setting } from './settings.ts';

/** An error in a policy, for which an endpoint would refuse it. */
export interface PolicyFault {
  /** Such as `keys.activeMax`. */
  readonly setting: string;
  /** The error, and what to change. */
  readonly fault: string;
}

/** Finds every error in a policy, as an endpoint does whose own packs are in the folder `packs`. */
export function checkPolicy(policy: JsonObject, packs: string | undefined): readonly PolicyFault[] {
  const { success, data, error } = policySchema.safeParse(policy, { error: plainWording });
  if (!success) return error.issues.flatMap((issue) => describe(issue, policy));
  return [...policyFaults(data, catalogueOf(packs))].map((sentence) => {
    const [, setting = '', fault = ''] = /^policy\.(\S+) (.+)$/s.exec(sentence) ?? [];
    return { setting, fault };
  });
}

function catalogueOf(folder: string | undefined): Catalogue {
  try {
    return createCatalogue(loadPacks(folder));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError('usage', `--packs cannot be used: ${reason}.`, { cause });
  }
}

function describe(issue: z.core.$ZodIssue, policy: JsonObject): readonly PolicyFault[] {
  const setting = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    const fault = unknown(setting);
    return issue.keys.map((key) => ({ setting: [...issue.path, key].join('.'), fault }));
  }
  const value = issue.path.reduce<unknown>((inner, name) => Object(inner)[name], policy);
  const known = settings().find(({ path }) => setting === path || setting.startsWith(`${path}.`));
  return [{ setting, fault: misfit(issue.message, value, known?.path === setting ? known : undefined) }];
}

function unknown(within: string): string {
  const names = namesIn(within);
  return names.length === 0
    ? 'is not known'
    : `is not known: ${within || 'a policy'} has ${names.join(', ')}`;
}

function misfit(message: string, value: unknown, setting: Setting | undefined): string {
  if (value === undefined) return message;
  const given = JSON.stringify(value).slice(0, 60);
  const isTelling = setting !== undefined && !/^(string|list)/.test(setting.type);
  const fault = isTelling ? `is ${given}, expected ${setting.type}` : `is ${given}: ${message}`;
  return setting === undefined ? fault : `${fault}. ${setting.description.replace(/\.$/, '')}`;
}

function settings(): readonly Setting[] {
  return policySections().flatMap((section) => section.settings);
}

/** The names of the settings and sections in a part of the policy. */
function namesIn(part: string): readonly string[] {
  const prefix = part === '' ? '' : `${part}.`;
  const below = settings().filter(({ path }) => path.startsWith(prefix));
  return [...new Set(below.map(({ path }) => path.slice(prefix.length).split('.')[0] ?? ''))];
}
