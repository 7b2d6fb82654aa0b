import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readConfig, settingNames } from '../../lib/app/config.ts';

const base = { PUBLIC_BASE_URL: 'https://scim.example.com' };
const endpoint = 'https://muster.documents.azure.com';
const vault = 'https://muster.vault.azure.net';
const store = (settings: Record<string, string>) => readConfig({ ...base, ...settings }).store;
const secrets = (settings: Record<string, string>) => readConfig({ ...base, ...settings }).secrets;

describe('readConfig() chooses', () => {
  test('the embedded engine for a folder', () => {
    expect(store({ MUSTER_DATA: '.muster' })).toEqual({ engine: 'embedded', folder: '.muster' });
  });

  test('Cosmos DB by a managed identity, in Azure and elsewhere', () => {
    const settings = { COSMOS_ENDPOINT: endpoint, AZURE_CLIENT_ID: 'id', KEY_VAULT_URI: vault };
    const chosen = { engine: 'cosmos', endpoint, database: 'muster', access: { clientId: 'id' } };

    expect(store(settings)).toEqual(chosen);
    expect(store({ ...settings, WEBSITE_SKU: 'FlexConsumption' })).toEqual(chosen);
  });

  test('Cosmos DB by a key, whatever folder is named beside it', () => {
    const settings = { COSMOS_ENDPOINT: endpoint, COSMOS_KEY: 'a2V5', COSMOS_DATABASE: 'one' };
    const chosen = { engine: 'cosmos', endpoint, database: 'one', access: { key: 'a2V5' } };

    expect(store(settings)).toEqual(chosen);
    expect(store({ ...settings, MUSTER_DATA: '.muster', AZURE_CLIENT_ID: 'id' })).toEqual(chosen);
  });
});

describe('readConfig() keeps secrets', () => {
  const emulator = { COSMOS_ENDPOINT: endpoint, COSMOS_KEY: 'a2V5' };

  test('in a vault by a managed identity', () => {
    const chosen = { kind: 'vault', uri: vault, access: { clientId: 'id' } };
    const settings = { COSMOS_ENDPOINT: endpoint, AZURE_CLIENT_ID: 'id', KEY_VAULT_URI: vault };

    expect(secrets({ ...settings, WEBSITE_SKU: 'FlexConsumption' })).toEqual(chosen);
    expect(secrets({ ...settings, COSMOS_KEY: 'a2V5' })).toEqual(chosen);
  });

  test('in a stand-in of Key Vault by a token', () => {
    const chosen = { kind: 'vault', uri: vault, access: { token: 'any' } };
    const settings = { ...emulator, KEY_VAULT_URI: vault, KEY_VAULT_TOKEN: 'any' };

    expect(secrets(settings)).toEqual(chosen);
    expect(secrets({ ...settings, AZURE_CLIENT_ID: 'id' })).toEqual(chosen);
  });

  test('in the store on one machine and on an emulator', () => {
    expect(secrets({ MUSTER_DATA: '.muster' })).toEqual({ kind: 'local' });
    expect(secrets(emulator)).toEqual({ kind: 'local' });
  });
});

describe('readConfig() reads', () => {
  const hosts = (text?: string) =>
    readConfig({ ...base, MUSTER_DATA: '.muster', ...(text !== undefined && { FEDERATION_HOSTS: text }) })
      .federationHosts;

  test('the hosts that keys of other issuers come from, those of Entra ID by default', () => {
    expect(hosts()).toEqual(['login.microsoftonline.com', 'sts.windows.net']);
    expect(hosts('login.microsoftonline.us, 127.0.0.1:8443')).toEqual([
      ...['login.microsoftonline.us', '127.0.0.1:8443'],
    ]);
  });

  test.each(['', 'a,', 'A', 'https://login.microsoftonline.com', 'a/b', 'a b', '*', 'user@a'])(
    'no host in %j',
    (text) => {
      expect(() => hosts(text)).toThrow('FEDERATION_HOSTS must be host names');
    },
  );
});

describe('readConfig() reads hosts of webhooks', () => {
  const hosts = (text?: string) =>
    readConfig({ ...base, MUSTER_DATA: '.muster', WEBHOOK_HOSTS: text }).webhookHosts;

  test('that are admitted wherever they are, none by default', () => {
    expect(hosts()).toEqual([]);
    expect(hosts('hooks.internal:8443, [::1]:80')).toEqual(['hooks.internal:8443', '[::1]:80']);
    expect(() => hosts('http://hooks.internal')).toThrow('WEBHOOK_HOSTS must be host names');
  });
});

describe('readConfig() refuses', () => {
  const inAzure = { WEBSITE_INSTANCE_ID: '0' };
  test.each<[string, Record<string, string>, string]>([
    ['no store at all', {}, 'MUSTER_DATA is not set: name the folder'],
    ['an empty folder', { MUSTER_DATA: '' }, 'MUSTER_DATA is empty'],
    [
      'a key without an account',
      { COSMOS_KEY: 'a2V5', MUSTER_DATA: '.muster' },
      'COSMOS_ENDPOINT is not set',
    ],
    ['an account without an identity', { COSMOS_ENDPOINT: endpoint }, 'AZURE_CLIENT_ID is not set'],
    [
      'an account without an identity beside a folder',
      { COSMOS_ENDPOINT: endpoint, MUSTER_DATA: '.muster' },
      'AZURE_CLIENT_ID is not set',
    ],
    [
      'an address that is none',
      { COSMOS_ENDPOINT: 'muster', AZURE_CLIENT_ID: 'id' },
      'COSMOS_ENDPOINT must be',
    ],
    [
      'a database that is none',
      { MUSTER_DATA: '.muster', COSMOS_DATABASE: 'a/b' },
      'COSMOS_DATABASE must be',
    ],
    ['a folder in Azure', { ...inAzure, MUSTER_DATA: '.muster' }, 'COSMOS_ENDPOINT is not set'],
    [
      'a folder on Flex Consumption',
      { WEBSITE_SKU: 'FlexConsumption', MUSTER_DATA: '.muster', AZURE_CLIENT_ID: 'id' },
      'COSMOS_ENDPOINT is not set',
    ],
    [
      'a key in Azure',
      { ...inAzure, COSMOS_ENDPOINT: endpoint, COSMOS_KEY: 'a2V5' },
      'COSMOS_KEY is for emulators and development',
    ],
    [
      'an account by identity without a vault',
      { COSMOS_ENDPOINT: endpoint, AZURE_CLIENT_ID: 'id' },
      'KEY_VAULT_URI is not set: give the address of the vault, such as https://muster.vault.azure.net',
    ],
    [
      'a vault without an account in Azure',
      { ...inAzure, KEY_VAULT_URI: vault, AZURE_CLIENT_ID: 'id' },
      'COSMOS_ENDPOINT is not set',
    ],
    [
      'a vault beside a folder',
      { MUSTER_DATA: '.muster', KEY_VAULT_URI: vault, AZURE_CLIENT_ID: 'id' },
      'KEY_VAULT_URI does not go with MUSTER_DATA',
    ],
    [
      'a vault without TLS',
      { COSMOS_ENDPOINT: endpoint, AZURE_CLIENT_ID: 'id', KEY_VAULT_URI: 'http://localhost' },
      'KEY_VAULT_URI must be the address of the vault, such as https://muster.vault.azure.net',
    ],
    [
      'a vault that nothing lets in',
      { COSMOS_ENDPOINT: endpoint, COSMOS_KEY: 'a2V5', KEY_VAULT_URI: vault },
      'KEY_VAULT_TOKEN is not set',
    ],
    [
      'a token without a vault',
      { COSMOS_ENDPOINT: endpoint, COSMOS_KEY: 'a2V5', KEY_VAULT_TOKEN: 'any' },
      'KEY_VAULT_URI is not set',
    ],
    [
      'a token in Azure',
      { ...inAzure, COSMOS_ENDPOINT: endpoint, KEY_VAULT_URI: vault, KEY_VAULT_TOKEN: 'any' },
      'KEY_VAULT_TOKEN is for stand-ins of Key Vault',
    ],
  ])('%s and names the setting', (_, settings, message) => {
    expect(() => store(settings)).toThrow(message);
  });

  test('several faults at once, each by its name', () => {
    const settings = { PUBLIC_BASE_URL: 'here', MUSTER_LOG: 'loud', COSMOS_ENDPOINT: endpoint };
    for (const name of ['PUBLIC_BASE_URL', 'MUSTER_LOG', 'AZURE_CLIENT_ID', 'KEY_VAULT_URI']) {
      expect(() => readConfig(settings)).toThrow(name);
    }
  });

  test('a fault once, though two settings wait for it', () => {
    const settings = { ...base, COSMOS_ENDPOINT: endpoint, KEY_VAULT_URI: vault };
    expect(() => readConfig(settings)).toThrow(/^[^;]*AZURE_CLIENT_ID is not set[^;]*$/);
  });
});

describe('D13: an address that secrets go to', () => {
  const whole = {
    ...base,
    COSMOS_ENDPOINT: endpoint,
    AZURE_CLIENT_ID: 'id',
    KEY_VAULT_URI: vault,
    MAIL_FROM: 'a@a.example',
  };
  const azure = { ...whole, WEBSITE_SKU: 'FlexConsumption' };
  const names = [
    'PUBLIC_BASE_URL',
    'COSMOS_ENDPOINT',
    'KEY_VAULT_URI',
    'OPERATOR_AUTHORITY',
    'MAIL_ACS_ENDPOINT',
  ];
  const wrong = [
    'http://scim.example.com',
    'http://127.0.0.1.example.com',
    'http://localhost@example.com',
    'https://user@example.com',
    'https://user:hunter2@example.com',
    'https://example.com/path',
    'https://example.com/?query=x',
    'https://example.com?query=x',
    'https://example.com#fragment',
    'https://example.com\\@localhost',
    'https:example.com',
    ' https://example.com',
    'ftp://example.com',
    'https://',
    '',
  ];

  test.each(names)('is HTTPS and nothing else: %s', (name) => {
    for (const address of wrong) {
      for (const settings of [whole, azure]) {
        const start = () => readConfig({ ...settings, [name]: address });
        expect(start, address).toThrow(`${name} must be the`);
        expect(start).not.toThrow('hunter2');
      }
    }
  });

  test.each(names)('is no plain address of the machine in Azure: %s', (name) => {
    expect(() => readConfig({ ...azure, [name]: 'http://127.0.0.1:8081' })).toThrow(`${name} must be the`);
  });

  test('may be a plain address of this machine elsewhere', () => {
    for (const address of ['http://127.0.0.1:8081', 'http://localhost:8081', 'http://[::1]:8081']) {
      const settings = { ...whole, PUBLIC_BASE_URL: address, COSMOS_ENDPOINT: `${address}/` };
      expect(readConfig(settings)).toMatchObject({ publicBaseUrl: address, store: { endpoint: address } });
    }
  });

  test('is read without what Azure writes behind it', () => {
    const settings = { COSMOS_ENDPOINT: `${endpoint}:443/`, KEY_VAULT_URI: `${vault}/` };
    const { store: chosen, secrets: kept } = readConfig({ ...azure, ...settings });
    expect([chosen, kept]).toEqual([
      expect.objectContaining({ endpoint }),
      expect.objectContaining({ uri: vault }),
    ]);
  });

  test.each([
    'smtps://mail.example.com/path',
    'smtps://mail.example.com?ignoreTLS=true',
    'smtps://a.example#x',
  ])('is nothing but a server: %s', (MAIL_SMTP_URL) => {
    expect(() => readConfig({ ...whole, MAIL_SMTP_URL })).toThrow('MAIL_SMTP_URL must be');
  });
});

describe('The settings', () => {
  const page = readFileSync('docs/manage.md', 'utf8');
  const rows = new Map(
    [...page.matchAll(/^\| `([A-Z_]+)` \| ([^|]+) \|/gm)].map(([, name = '', needed = '']) => [name, needed]),
  );
  const { Values: sample } = JSON.parse(readFileSync('local.settings.sample.json', 'utf8'));
  const ofTheHost = ['AzureWebJobsStorage', 'FUNCTIONS_WORKER_RUNTIME'];

  test('are all in docs/manage.md, and no others', () => {
    expect([...rows.keys()].sort()).toEqual([...settingNames].sort());
  });

  test('are in the sample unless docs/manage.md says that they are optional or for Azure', () => {
    const inSample = Object.keys(sample).filter((name) => !ofTheHost.includes(name));
    const left = settingNames.filter((name) => !/^(optional|in Azure)/.test(rows.get(name) ?? ''));
    expect(inSample.filter((name) => !settingNames.includes(name))).toEqual([]);
    expect(left.filter((name) => !inSample.includes(name))).toEqual([]);
  });

  test('of the sample start the app', () => {
    expect(readConfig(sample)).toMatchObject({ store: { engine: 'embedded' }, secrets: { kind: 'local' } });
  });
});

describe('readConfig() lets operators in', () => {
  const operators = (settings: Record<string, string>) =>
    readConfig({ ...base, MUSTER_DATA: '.muster', ...settings }).operators;
  const [tenantId, app] = ['ce5f061f-abe6-4e40-9615-301f87bcb7f0', 'b5ba7a93-4452-4522-aeb4-a2b5da870c16'];

  test('by an application of Entra ID, or not at all', () => {
    expect(operators({})).toBeUndefined();
    const authority = `https://login.microsoftonline.com/${tenantId}`;
    expect(operators({ OPERATOR_TENANT_ID: tenantId.toUpperCase(), OPERATOR_APP_ID: app })).toEqual({
      ...{ issuer: `${authority}/v2.0`, audience: app, tenantId },
      jwksUri: `${authority}/discovery/v2.0/keys`,
    });
  });

  test.each([
    [{ OPERATOR_TENANT_ID: tenantId }, 'OPERATOR_APP_ID is not set'],
    [{ OPERATOR_APP_ID: app }, 'OPERATOR_TENANT_ID is not set'],
    [{ OPERATOR_TENANT_ID: 'contoso.com', OPERATOR_APP_ID: app }, 'OPERATOR_TENANT_ID must be an id'],
    [{ OPERATOR_AUTHORITY: 'http://login.example.com' }, 'OPERATOR_AUTHORITY must be the address'],
  ])('only by whole settings, unlike %j', (settings, message) => {
    expect(() => operators(settings)).toThrow(message);
  });
});

describe('readConfig() sends mails', () => {
  const mail = (settings: Record<string, string>) =>
    readConfig({ ...base, MUSTER_DATA: '.muster', ...settings }).mail;
  const from = { address: 'noreply@example.com' };
  const smtp = 'smtp://mail.example.com';

  test('by none where nothing is set', () => {
    expect(mail({})).toBeUndefined();
  });

  test('by a mail server, whose URL holds user and password', () => {
    const settings = { MAIL_FROM: 'Contoso <noreply@example.com>', MAIL_FOLDER: 'mail' };
    expect(mail({ ...settings, MAIL_SMTP_URL: 'smtps://us%40er:p%3Ass@mail.example.com' })).toEqual({
      kind: 'smtp',
      server: {
        ...{ host: 'mail.example.com', port: 465, secure: true },
        credentials: { user: 'us@er', pass: 'p:ss' },
      },
      from: { ...from, name: 'Contoso' },
    });
    expect(mail({ ...settings, MAIL_SMTP_URL: 'smtp://[::1]:2525' })).toMatchObject({
      server: { host: '::1', port: 2525, secure: false },
    });
    expect(mail({ ...settings, MAIL_SMTP_URL: smtp })).toMatchObject({ server: { port: 587 } });
  });

  test('by Azure Communication Services', () => {
    const MAIL_ACS_ENDPOINT = 'https://muster.europe.communication.azure.com';
    const settings = { MAIL_ACS_ENDPOINT, AZURE_CLIENT_ID: 'id', MAIL_FROM: 'noreply@example.com' };
    expect(mail(settings)).toEqual({ kind: 'acs', endpoint: MAIL_ACS_ENDPOINT, clientId: 'id', from });
  });

  test('into a folder where no other way is set', () => {
    expect(mail({ MAIL_FOLDER: 'mail' })).toEqual({
      ...{ kind: 'folder', folder: 'mail' },
      from: { address: 'muster@localhost' },
    });
  });

  test.each<[string, Record<string, string>, string]>([
    [
      'two ways',
      { MAIL_SMTP_URL: smtp, MAIL_ACS_ENDPOINT: 'https://a.example' },
      'are both set: leave one out',
    ],
    ['no sender', { MAIL_SMTP_URL: smtp }, 'MAIL_FROM is not set'],
    ['a sender that is none', { MAIL_SMTP_URL: smtp, MAIL_FROM: 'Contoso' }, 'MAIL_FROM must be an address'],
    [
      'a header in the sender',
      { MAIL_SMTP_URL: smtp, MAIL_FROM: 'A\r\nBcc: b@b.example <a@a.example>' },
      'MAIL_FROM must be an address',
    ],
    ['a web address', { MAIL_SMTP_URL: 'https://a.example' }, 'MAIL_SMTP_URL must be the address of a mail'],
    [
      'ACS without an identity',
      { MAIL_ACS_ENDPOINT: 'https://a.example', MAIL_FROM: 'a@a.example' },
      'AZURE_CLIENT_ID is not set: MAIL_ACS_ENDPOINT needs',
    ],
    [
      'a folder in Azure',
      {
        WEBSITE_SKU: 'FlexConsumption',
        COSMOS_ENDPOINT: endpoint,
        AZURE_CLIENT_ID: 'id',
        MAIL_FOLDER: 'mail',
      },
      'MAIL_FOLDER is for one machine',
    ],
  ])('but not by %s', (_, settings, message) => {
    expect(() => mail(settings)).toThrow(message);
  });

  test('and tells no password in what it refuses', () => {
    for (const url of [
      'smtp://user:hunter2@',
      'http://user:hunter2@a.example',
      'smtp://user:hunter2%@a.example',
    ]) {
      const start = () => mail({ MAIL_SMTP_URL: url, MAIL_FROM: 'a@a.example' });
      expect(start).toThrow('MAIL_SMTP_URL must');
      expect(start).not.toThrow('hunter2');
    }
  });
});
