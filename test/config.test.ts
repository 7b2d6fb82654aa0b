import { describe, expect, test } from 'vitest';
import { readConfig } from '../lib/config.ts';

const base = { PUBLIC_BASE_URL: 'https://scim.example.com' };
const endpoint = 'https://muster.documents.azure.com';
const store = (settings: Record<string, string>) => readConfig({ ...base, ...settings }).store;

describe('readConfig() chooses', () => {
  test('the embedded engine for a folder', () => {
    expect(store({ MUSTER_DATA: '.muster' })).toEqual({ engine: 'embedded', folder: '.muster' });
  });

  test('Cosmos DB by a managed identity, in Azure and elsewhere', () => {
    const settings = { COSMOS_ENDPOINT: endpoint, AZURE_CLIENT_ID: 'id' };
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
  ])('%s and names the setting', (_, settings, message) => {
    expect(() => store(settings)).toThrow(message);
  });

  test('several faults at once, each by its name', () => {
    const settings = { PUBLIC_BASE_URL: 'here', MUSTER_LOG: 'loud', COSMOS_ENDPOINT: endpoint };
    for (const name of ['PUBLIC_BASE_URL', 'MUSTER_LOG', 'AZURE_CLIENT_ID']) {
      expect(() => readConfig(settings)).toThrow(name);
    }
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
