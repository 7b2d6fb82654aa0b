import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../lib/app/config.ts';
import { limits } from '../../lib/base/limits.ts';
import { sourceFiles, visit } from '../../tools/house/source.ts';
import { type Fields, isFields } from './evaluate.ts';
import { resourcesOf, valueAt, variants } from './variants.ts';

const largest = variants['the largest deployment'];

function settingsOf(given?: Fields): Readonly<Record<string, string>> {
  const [settings] = resourcesOf('Microsoft.Web/sites/config', given);
  const values = settings && valueAt(settings, 'properties');
  return isFields(values) ? (values as Readonly<Record<string, string>>) : {};
}

/** Settings that the platform reads, each with its reason. */
const ofPlatform: readonly string[] = [
  // The host's storage, by the identity.
  'AzureWebJobsStorage__credential',
  'AzureWebJobsStorage__clientId',
  'AzureWebJobsStorage__blobServiceUri',
  // The root answers in SCIM, not with a page of the platform.
  'AzureWebJobsDisableHomepage',
  // Telemetry, by the identity.
  'APPLICATIONINSIGHTS_CONNECTION_STRING',
  'APPLICATIONINSIGHTS_AUTHENTICATION_STRING',
  // Bodies that the host refuses before the app sees them.
  'FUNCTIONS_REQUEST_BODY_SIZE_LIMIT',
];

/** Settings and properties that Flex Consumption refuses or ignores. */
const refused =
  /^(FUNCTIONS_(WORKER_RUNTIME|EXTENSION_VERSION|MAX_HTTP)|WEBSITE_|ENABLE_ORYX|SCM_DO_BUILD|TZ$|AzureWebJobsStorage$)/;
const refusedProperties = [
  'alwaysOn',
  'ftpsState',
  'functionAppScaleLimit',
  'linuxFxVersion',
  'preWarmedInstanceCount',
  'use32BitWorkerProcess',
];

/** Names of the settings that lib/app/config.ts declares. */
function settingsRead(): readonly string[] {
  const found: string[] = [];
  visit(sourceFiles('lib').find(({ path }) => path === 'lib/app/config.ts')?.program, (node) => {
    const key = node.type === 'Property' ? (node.key as { name?: string }).name : undefined;
    if (key && /^[A-Z][A-Z_]+$/.test(key)) found.push(key);
  });
  return found;
}

describe('the settings of the function app', () => {
  test('let it start on the database that is deployed, as the identity that is deployed', () => {
    expect(readConfig({ ...settingsOf(), WEBSITE_INSTANCE_ID: 'any' })).toMatchObject({
      publicBaseUrl: 'https://func-muster.azurewebsites.net',
      store: {
        engine: 'cosmos',
        endpoint: 'https://muster.documents.azure.com',
        database: 'muster',
        access: { clientId: '11111111-1111-4111-8111-111111111111' },
      },
    });
  });

  test('are read by the app, or by the platform for a reason', () => {
    const read = settingsRead();
    const strange = Object.keys(settingsOf()).filter((name) => !read.includes(name));
    expect(strange.sort()).toEqual([...ofPlatform].sort());
  });

  test('take further ones, which change none of the template', () => {
    const config = readConfig({ ...settingsOf(largest), WEBSITE_INSTANCE_ID: 'any' });
    expect(config).toMatchObject({ showCost: true, store: { database: 'muster' } });
    expect(config.publicBaseUrl).toBe('https://scim.example.com');
  });

  test('hold nothing that Flex Consumption refuses', () => {
    expect(Object.keys(settingsOf(largest)).filter((name) => refused.test(name))).toEqual([]);
  });

  test('F2: let pass every body that the app takes, and much larger ones, which it answers with 413', () => {
    const limit = Number(settingsOf().FUNCTIONS_REQUEST_BODY_SIZE_LIMIT);
    expect(limit).toBeGreaterThanOrEqual(8 * Math.max(limits.requestBodyBytesMax, limits.bulkBodyBytesMax));
  });
});

describe('the function app', () => {
  test('has no property that Flex Consumption refuses', () => {
    const text = JSON.stringify(resourcesOf('Microsoft.Web/sites', largest));
    expect(refusedProperties.filter((name) => text.includes(`"${name}"`))).toEqual([]);
  });

  test.each([
    [{ environmentName: 'dev' }, []],
    [{ environmentName: 'dev', alwaysReadyInstances: 1 }, [{ name: 'http', instanceCount: 1 }]],
    [
      { environmentName: 'dev', alwaysReadyInstances: 1, zoneRedundant: true },
      [{ name: 'http', instanceCount: 2 }],
    ],
  ])('keeps ready with %o', (given, alwaysReady) => {
    const [site] = resourcesOf('Microsoft.Web/sites', given);
    const scale = site && valueAt(site, 'properties.functionAppConfig.scaleAndConcurrency');
    expect(scale).toMatchObject({ alwaysReady });
  });

  test('is found by azd under a service of azure.yaml', () => {
    const [site] = resourcesOf('Microsoft.Web/sites');
    const services = readFileSync('azure.yaml', 'utf8').split(/^services:\n/m)[1] ?? '';
    expect([...services.matchAll(/^ {2}(\w+):$/gm)].map(([, name]) => name)).toEqual([
      site && valueAt(site, 'tags.azd-service-name'),
    ]);
  });

  test('takes its code from a container that is created', () => {
    const [container] = resourcesOf('Microsoft.Storage/storageAccounts/blobServices/containers');
    const [site] = resourcesOf('Microsoft.Web/sites');
    expect(site && valueAt(site, 'properties.functionAppConfig.deployment.storage.value')).toBe(
      `https://stmuster.blob.core.windows.net/${container?.name}`,
    );
  });
});
