import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../lib/config.ts';
import { containersPage } from '../tools/docs/infra-page.ts';

const modules = readdirSync('infra/modules').map((name) => `infra/modules/${name}`);
const textOf = (path: string) => readFileSync(path, 'utf8');

describe('the templates', () => {
  test('create the containers that the store is written for', () => {
    expect(textOf('infra/cosmos-containers.json')).toBe(containersPage().text);
  });

  test('give the function app the settings that it reads, so that it starts', () => {
    const template = textOf('infra/modules/function-app.bicep');
    const settings = template.slice(
      template.indexOf("name: 'appsettings'"),
      template.indexOf('resource ftp'),
    );
    const names = [...settings.matchAll(/^ {6}(\w+): /gm)].map(([, name = '']) => name);
    const values = Object.fromEntries(names.map((name) => [name, 'https://example.com']));
    expect(readConfig({ ...values, WEBSITE_INSTANCE_ID: 'any' })).toMatchObject({
      publicBaseUrl: 'https://example.com',
      secrets: { kind: 'vault' },
    });
    expect(names).toContain('COSMOS_ENDPOINT');
  });

  test('let nobody in by a shared key', () => {
    expect(textOf('infra/modules/cosmos.bicep')).toContain('disableLocalAuth: true');
    expect(textOf('infra/modules/storage.bicep')).toContain('allowSharedKeyAccess: false');
    expect(textOf('infra/modules/key-vault.bicep')).toContain('enableRbacAuthorization: true');
    expect(textOf('infra/modules/key-vault.bicep')).toContain('enablePurgeProtection: true');
  });

  test.each([...modules, 'infra/main.bicep'])('%s reads no keys and puts out no secrets', (path) => {
    expect(textOf(path)).not.toMatch(/list(Keys|ConnectionStrings|Credentials)\(/i);
    expect(textOf(path)).not.toMatch(/^output \w*(key|secret|password|token) /im);
  });
});
