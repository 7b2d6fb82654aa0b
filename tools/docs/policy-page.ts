import { presets } from '../../lib/tenants/presets.ts';
import { flattenPolicy, policySections } from '../muster/policy/settings.ts';
import { type Page, toTable } from './page.ts';

const introduction = `# The policy of a tenant

Everything that can be set for a tenant, by \`POST /manage/tenants\` and \`PATCH /manage/tenants/{id}\`
([manage.md](manage.md)). What is left out has its default. A preset (\`"preset": "signl4"\`) is a policy to begin with.
This page is generated from the schema.
`;

/** Every setting of the policy with its default, and what the presets set. */
export function policyPage(): Page {
  const sections = policySections().map(({ name, description, settings }) => {
    const rows = settings.map((setting) => [
      `\`${setting.path}\``,
      setting.type,
      `\`${shorten(setting.default)}\``,
      setting.description,
    ]);
    return `## ${name}\n\n${description}\n\n${toTable(['setting', 'value', 'default', 'meaning'], rows)}`;
  });
  return {
    path: 'docs/policy.md',
    text: `${[introduction.trim(), ...sections, presetTable()].join('\n\n')}\n`,
  };
}

function shorten(value: unknown): string {
  const text = JSON.stringify(value) ?? '';
  return text.length > 60 ? 'the usual ones' : text;
}

function presetTable(): string {
  const rows = Object.entries(presets).map(([name, preset]) => {
    const set = flattenPolicy(preset).map(([path, value]) => `\`${path}\` ${shorten(value)}`);
    return [`\`${name}\``, set.join('<br>')];
  });
  return `## Presets\n\n${toTable(['preset', 'sets'], rows)}`;
}
