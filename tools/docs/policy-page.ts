import { presets } from '../../lib/tenants/presets.ts';
import { flattenPolicy, policySections } from '../muster/policy/settings.ts';
import { type Page, toTable } from './page.ts';

const introduction = `# The policy of a tenant

This page lists every setting of a tenant's policy. Set them with \`POST /manage/tenants\` and
\`PATCH /manage/tenants/{id}\` ([manage.md](manage.md)). A setting that you leave out has its default. A preset
(\`"preset": "signl4"\`) gives a new tenant a ready-made policy. \`npm run docs\` generates this page from the schema.
`;

const presetsIntroduction = `## Presets

Each table shows the settings of one preset. Other settings have their defaults. If a preset sets
\`accounts.attributes\`, accounts have only the attributes that it names. If you send a policy together with a preset,
Muster merges the policy over the preset. It merges \`accounts.attributes\` name by name and replaces whole lists.`;

/** Writes the page with every policy setting, its default, and the settings of the presets. */
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

/** Shows a value; a long list or object has one line for each of its values. */
function show(value: unknown): string {
  const text = JSON.stringify(value) ?? '';
  if (text.length <= 60 || typeof value !== 'object' || value === null) return `\`${text}\``;
  const parts = Array.isArray(value)
    ? value.map((one) => `\`${JSON.stringify(one)}\``)
    : Object.entries(value).map(([name, one]) => `\`${name}\`: \`${JSON.stringify(one)}\``);
  return parts.join('<br>');
}
