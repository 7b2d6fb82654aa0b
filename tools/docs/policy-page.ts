import { presets } from '../../lib/tenants/presets.ts';
import { flattenPolicy, policySections } from '../muster/policy/settings.ts';
import { type Page, toTable } from './page.ts';

const introduction = `# The policy of a tenant

Everything that can be set for a tenant, by \`POST /manage/tenants\` and \`PATCH /manage/tenants/{id}\`
([manage.md](manage.md)). What is left out has its default. A preset (\`"preset": "signl4"\`) is a policy to begin with.
This page is generated from the schema.
`;

const presetsIntroduction = `## Presets

What a preset leaves out has its default; where it sets \`accounts.attributes\`, accounts have these and no others. What
is given beside a preset is merged over it, \`accounts.attributes\` name by name, and replaces its lists.`;

/** Every setting of the policy with its default, and what the presets set. */
export function policyPage(): Page {
  const sections = policySections().map(({ name, description, settings }) => {
    const rows = settings.map((setting) => [
      `\`${setting.path}\``,
      setting.type,
      show(setting.default),
      setting.description,
    ]);
    return `## ${name}\n\n${description}\n\n${toTable(['setting', 'value', 'default', 'meaning'], rows)}`;
  });
  return {
    path: 'docs/policy.md',
    text: `${[introduction.trim(), ...sections, presetsIntroduction, ...presetTables()].join('\n\n')}\n`,
  };
}

function presetTables(): readonly string[] {
  return Object.entries(presets).map(([name, preset]) => {
    const rows = flattenPolicy(preset).map(([path, value]) => [`\`${path}\``, show(value)]);
    return `### ${name}\n\n${toTable(['setting', 'value'], rows)}`;
  });
}

/** Values as they are, those of lists and of names with values a line each where they are long. */
function show(value: unknown): string {
  const text = JSON.stringify(value) ?? '';
  if (text.length <= 60 || typeof value !== 'object' || value === null) return `\`${text}\``;
  const parts = Array.isArray(value)
    ? value.map((one) => `\`${JSON.stringify(one)}\``)
    : Object.entries(value).map(([name, one]) => `\`${name}\`: \`${JSON.stringify(one)}\``);
  return parts.join('<br>');
}
