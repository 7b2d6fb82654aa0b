import { describe, expect, test } from 'vitest';
import { deployed, resourcesOf, valueAt, variants } from './variants.ts';

const given = Object.entries(variants);
const largest = variants['the largest deployment'];

/** What keeps each resource closed, whatever the parameters. */
const always: readonly [string, string, unknown][] = [
  ['Microsoft.Storage/storageAccounts', 'properties.allowSharedKeyAccess', false],
  ['Microsoft.Storage/storageAccounts', 'properties.allowBlobPublicAccess', false],
  ['Microsoft.Storage/storageAccounts', 'properties.supportsHttpsTrafficOnly', true],
  ['Microsoft.Storage/storageAccounts', 'properties.minimumTlsVersion', 'TLS1_2'],
  ['Microsoft.Storage/storageAccounts/blobServices/containers', 'properties.publicAccess', 'None'],
  ['Microsoft.DocumentDB/databaseAccounts', 'properties.disableLocalAuth', true],
  ['Microsoft.DocumentDB/databaseAccounts', 'properties.minimalTlsVersion', 'Tls12'],
  ['Microsoft.KeyVault/vaults', 'properties.enableRbacAuthorization', true],
  ['Microsoft.KeyVault/vaults', 'properties.enablePurgeProtection', true],
  ['Microsoft.KeyVault/vaults', 'properties.enableSoftDelete', true],
  ['Microsoft.OperationalInsights/workspaces', 'properties.features.disableLocalAuth', true],
  ['Microsoft.Insights/components', 'properties.DisableLocalAuth', true],
  ['Microsoft.Web/sites', 'properties.httpsOnly', true],
  ['Microsoft.Web/sites', 'properties.siteConfig.minTlsVersion', '1.2'],
  ['Microsoft.Web/sites/basicPublishingCredentialsPolicies', 'properties.allow', false],
];

describe.each(given)('%s', (_, parameters) => {
  test.each(always)('%s has %s %o', (type, path, value) => {
    const resources = resourcesOf(type, parameters);
    expect(resources.length).toBeGreaterThan(0);
    expect(resources.map((resource) => valueAt(resource, path))).toEqual(resources.map(() => value));
  });

  test('keeps publishing by password off for both of its doors', () => {
    const type = 'Microsoft.Web/sites/basicPublishingCredentialsPolicies';
    expect(resourcesOf(type, parameters).map(({ name }) => name)).toEqual(['ftp', 'scm']);
  });

  test('keeps the connection string of the telemetry to the settings of the app', () => {
    const holders = deployed(parameters).resources.filter(({ body }) =>
      JSON.stringify(body).includes('InstrumentationKey'),
    );
    expect(holders.map(({ type }) => type)).toEqual(['Microsoft.Web/sites/config']);
  });

  test('gives the identity one role for each purpose, on one resource', () => {
    const roles = resourcesOf('Microsoft.Authorization/roleAssignments', parameters).map((role) => ({
      purpose: role.description.split(':')[0],
      role: String(valueAt(role, 'properties.roleDefinitionId')).split('/').at(-1),
      on: role.scopeId?.split('/').slice(6, 8).join('/'),
    }));
    expect(roles).toEqual([
      {
        purpose: 'Storage Blob Data Owner',
        role: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b',
        on: 'Microsoft.Storage/storageAccounts',
      },
      {
        purpose: 'Storage Blob Data Contributor',
        role: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe',
        on: 'Microsoft.Storage/storageAccounts',
      },
      {
        purpose: 'Key Vault Secrets Officer',
        role: 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7',
        on: 'Microsoft.KeyVault/vaults',
      },
      {
        purpose: 'Monitoring Metrics Publisher',
        role: '3913510d-42f4-4e42-8a64-420c390055eb',
        on: 'Microsoft.Insights/components',
      },
    ]);
  });

  test('D22: keeps the code out of the account that the identity owns', () => {
    const [owned, code] = resourcesOf('Microsoft.Authorization/roleAssignments', parameters).map(
      ({ scopeId }) => scopeId ?? '',
    );
    const containers = resourcesOf('Microsoft.Storage/storageAccounts/blobServices/containers', parameters);
    expect(containers.map(({ id }) => id)).toEqual([code]);
    expect(owned).toMatch(/\/storageAccounts\/stmuster\w+$/);
    expect(code).toMatch(/\/storageAccounts\/stcode\w+\/blobServices\/default\/containers\/deployment$/);
  });

  test('gives the identity the documents of one database', () => {
    const type = 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments';
    const [role, ...others] = resourcesOf(type, parameters);
    const [account] = resourcesOf('Microsoft.DocumentDB/databaseAccounts', parameters);
    expect(others).toEqual([]);
    expect(role?.body.properties).toEqual({
      principalId: '22222222-2222-4222-8222-222222222222',
      roleDefinitionId: `${account?.id}/sqlRoleDefinitions/00000000-0000-0000-0000-000000000002`,
      scope: `${account?.id}/dbs/muster`,
    });
  });
});

describe('the private network', () => {
  const closable = [
    'Microsoft.Storage/storageAccounts',
    'Microsoft.DocumentDB/databaseAccounts',
    'Microsoft.KeyVault/vaults',
  ];

  test.each(closable)('is the only way to %s', (type) => {
    const defaultAction = type === 'Microsoft.DocumentDB/databaseAccounts' ? undefined : 'Deny';
    const endpoints = resourcesOf('Microsoft.Network/privateEndpoints', largest);
    const closed = resourcesOf(type, largest);
    expect(closed.length).toBeGreaterThan(0);
    for (const open of resourcesOf(type)) {
      expect(valueAt(open, 'properties.publicNetworkAccess')).toBe('Enabled');
    }
    for (const resource of closed) {
      expect(valueAt(resource, 'properties.publicNetworkAccess')).toBe('Disabled');
      expect(valueAt(resource, 'properties.networkAcls.defaultAction')).toBe(defaultAction);
      expect(endpoints.filter(({ body }) => JSON.stringify(body).includes(`"${resource.id}"`))).toHaveLength(
        1,
      );
    }
  });

  test('resolves the addresses of the three services for the app', () => {
    const zones = resourcesOf('Microsoft.Network/privateDnsZones', largest).map(({ name }) => name);
    expect(zones).toEqual([
      'privatelink.blob.core.windows.net',
      'privatelink.documents.azure.com',
      'privatelink.vaultcore.azure.net',
    ]);
    const links = resourcesOf('Microsoft.Network/privateDnsZones/virtualNetworkLinks', largest);
    const groups = resourcesOf('Microsoft.Network/privateEndpoints/privateDnsZoneGroups', largest);
    expect([links.length, groups.length]).toEqual([3, 4]);
  });

  test('takes the app into the subnet that is handed to Flex Consumption', () => {
    const [app] = resourcesOf('Microsoft.Web/sites', largest);
    const [network] = resourcesOf('Microsoft.Network/virtualNetworks', largest);
    expect(app && valueAt(app, 'properties.virtualNetworkSubnetId')).toBe(`${network?.id}/subnets/app`);
    expect(network && valueAt(network, 'properties.subnets')).toMatchObject([
      {
        name: 'app',
        properties: { delegations: [{ properties: { serviceName: 'Microsoft.App/environments' } }] },
      },
      { name: 'endpoints', properties: { addressPrefix: '10.40.1.0/24' } },
    ]);
  });

  test('is not there unless it is asked for', () => {
    expect(deployed().resources.filter(({ type }) => type.startsWith('Microsoft.Network/'))).toEqual([]);
    const [app] = resourcesOf('Microsoft.Web/sites');
    expect(app && valueAt(app, 'properties.virtualNetworkSubnetId')).toBeNull();
  });
});
