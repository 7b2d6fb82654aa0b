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
