import { nearest } from '../../../lib/base/nearest.ts';
import { mergePatch } from '../../../lib/manage/merge-patch.ts';
import type { JsonObject } from '../../../lib/scim/json.ts';
import { presetNames, presets } from '../../../lib/tenants/presets.ts';
import { choice, command, text } from '../command.ts';
import { CommandError } from '../command-error.ts';
import { checkPolicy } from '../policy/check-policy.ts';
import { readJsonFile } from '../policy/read-json.ts';
import { flattenPolicy, policySections } from '../policy/settings.ts';
import { toFields, toTable } from '../terminal/table.ts';

/** The commands on policies as files. */
export const policyCommands = [
  command({
    name: 'policy check',
    takes: ['file'],
    summary:
      'Shows every error of a policy in a JSON file, or on the standard input (-). Exits with 1 if it has any.',
    example: 'policy check policy.json --preset signl4',
    options: {
      preset: choice('--preset <name>', 'the preset to merge the policy into', presetNames),
      packs: text(
        '--packs <dir>',
        'folder of the packs that the deployment has in addition to those of Muster',
      ),
    },
    async run({ output, input }, { file, preset, packs }) {
      const given = await readJsonFile(file, input);
      const policy = mergePatch(preset && plain(presets[preset]), given) as JsonObject;
      const faults = checkPolicy(policy, packs);
      const columns = faults.map(({ setting, fault }) => [setting, fault] as const);
      output.result({ isValid: faults.length === 0, faults }, () =>
        faults.length === 0 ? 'The policy is valid.' : toFields(columns),
      );
      if (faults.length === 0) return;
      const number = faults.length === 1 ? '1 error' : `${faults.length} errors`;
      const source = file === '-' ? 'the standard input' : file;
      throw new CommandError('failed', `${number} in ${source}: docs/policy.md describes every setting.`);
    },
  }),
  command({
    name: 'policy show',
    takes: ['preset'],
    summary: 'Shows what a preset sets. With --json, prints a policy file to start with.',
    example: 'policy show signl4 --json > policy.json',
    async run({ output }, { preset: name }) {
      const preset = presetNames.find((one) => one === name);
      if (!preset) {
        const meant = nearest(name, presetNames);
        const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
        const known = presetNames.join(', ');
        throw new CommandError('notFound', `There is no preset "${name}": choose ${known}.${hint}`);
      }
      const meanings = new Map(
        policySections().flatMap(({ settings }) =>
          settings.map(({ path, description }) => [path, description]),
        ),
      );
      output.result(presets[preset], () =>
        toTable(flattenPolicy(presets[preset]), {
          Setting: ([path]) => path,
          Value: ([, value]) => JSON.stringify(value),
          Meaning: ([path]) => meanings.get(path),
        }),
      );
    },
  }),
];

function plain(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value));
}
