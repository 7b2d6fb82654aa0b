import { expect, test } from 'vitest';
import { idFaults, lateValues } from './lint.ts';
import { parseTemplate } from './syntax.ts';

const endpoint = (id: string) => `
param target string
param options object
param targets array
var prefix = '/subscriptions/one'
var sameTarget = target
module account 'account.bicep' = {}
resource endpoint 'Microsoft.Network/privateEndpoints@2024-07-01' = [
  for (item, index) in targets: if (options.isPrivate) {
    name: 'pe-\${index}'
    properties: { connections: [{ properties: { privateLinkServiceId: ${id} } }] }
  }
]`;

test.each([
  'target',
  '(target)',
  'sameTarget',
  'options.account.id',
  'targets[0].id',
  '[account.outputs.id][index]',
  `'\${account.outputs.id}/blobServices/default'`,
  "resourceId('Microsoft.Storage/storageAccounts', 'one')",
  'empty(target) ? null : target',
  "'no-path'",
])('an id may be %s', (id) => {
  expect(idFaults(parseTemplate('a.bicep', endpoint(id)))).toEqual([]);
});

test.each(['item.id', 'item', 'prefix', `'\${target}/x'`, "concat(prefix, 'x')"])(
  'an id may not be %s',
  (id) => {
    expect(idFaults(parseTemplate('a.bicep', endpoint(id)))).toEqual(['a.bicep:11 privateLinkServiceId']);
  },
);

const loop = (list: string) => `
module account 'account.bicep' = {}
resource network 'Microsoft.Network/virtualNetworks@2024-07-01' = { name: 'one' }
var ids = [account.outputs.id]
resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [for item in ${list}: { name: item }]`;

test.each(["['one', 'two']", '[network.id]', '[{ account: 1 }]'])('a loop may go over %s', (list) => {
  expect(lateValues(parseTemplate('a.bicep', loop(list)))).toEqual([]);
});

test.each(['ids', '[account.outputs.id]', 'network.properties.subnets', '[network]'])(
  'a loop may not go over %s',
  (list) => {
    expect(lateValues(parseTemplate('a.bicep', loop(list)))).toEqual(['a.bicep:5']);
  },
);
