targetScope = 'resourceGroup'

@description('Name of the environment, of letters, digits and hyphens; a part of every resource name.')
@minLength(2)
@maxLength(20)
param environmentName string

@description('Region of all resources.')
param location string = resourceGroup().location

@description('Tags of all resources.')
param tags object = {}

@description('Version of Node that runs the function app.')
@allowed(['22', '24'])
param nodeVersion string = '22'

@description('Memory of one instance of the function app, in MB.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('Most instances that the function app scales out to.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 100

@description('Instances that are always ready for requests; 0 costs nothing and starts cold.')
@minValue(0)
@maxValue(20)
param alwaysReadyInstances int = 0

@description('Requests that one instance works on at the same time.')
@minValue(1)
@maxValue(1000)
param perInstanceConcurrency int = 32

@description('Address that clients use, such as https://scim.example.com; empty takes that of the function app.')
@maxLength(200)
param publicBaseUrl string = ''

@description('Further settings of the function app, by the names of docs/manage.md.')
@secure()
param settings object = {}

@description('Name of the database account, such as of one that was restored; empty takes one of the environment.')
@maxLength(44)
param cosmosAccountName string = ''

@description('Most request units per second of the database, in full thousands; 0 makes it serverless. Chosen once.')
@minValue(0)
@maxValue(1000000)
param maximumThroughput int = 0

@description('Whether the database indexes all attributes of users and groups, and not only those that people search by.')
param indexAllAttributes bool = false

@description('How far back the database can be restored.')
@allowed(['Continuous7Days', 'Continuous30Days'])
param backupTier string = 'Continuous7Days'

@description('Days that Key Vault keeps a deleted secret, or the deleted vault; fixed once the vault exists.')
@minValue(7)
@maxValue(90)
param secretRetentionDays int = 90

@description('Days that logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 90

@description('Most gigabytes of logs in a day; -1 sets no limit. Above it log alerts see nothing.')
@minValue(-1)
@maxValue(1000)
param logDailyCapGb int = 5

@description('E-mail address that alerts are sent to; empty sends none.')
@maxLength(254)
param alertEmail string = ''

@description('Whether app, database and code are spread over three zones of the region. Chosen once.')
param zoneRedundant bool = false

@description('Whether storage, database and vault are reached by private endpoints only.')
param privateNetwork bool = false

@description('Addresses of the private network, a /23 or larger that overlaps with none it is connected to.')
@minLength(9)
@maxLength(18)
param networkAddresses string = '10.40.0.0/16'

var suffix = uniqueString(resourceGroup().id, environmentName)
var baseName = '${toLower(replace(environmentName, '_', '-'))}-${take(suffix, 6)}'
var allTags = union(tags, { 'azd-env-name': environmentName })

// Names that one module creates and another uses are computed here, so that a preview knows them (what-if).
var identityName = 'id-${baseName}'
var insightsName = 'appi-${baseName}'
var storageName = 'stmuster${suffix}'
var codeStorageName = 'stcode${suffix}'
var codeContainer = 'deployment'
var cosmosName = empty(cosmosAccountName) ? 'cosmos-${baseName}' : cosmosAccountName
var databaseName = 'muster'
var vaultName = 'kv-muster-${suffix}'
var appName = 'func-${baseName}'

module identity 'modules/identity.bicep' = {
  name: 'identity'
  params: {
    name: identityName
    location: location
    tags: allTags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  params: {
    workspaceName: 'log-${baseName}'
    insightsName: insightsName
    location: location
    tags: allTags
    retentionDays: logRetentionDays
    dailyCapGb: logDailyCapGb
  }
}

module network 'modules/network.bicep' = if (privateNetwork) {
  name: 'network'
  params: {
    name: 'vnet-${baseName}'
    location: location
    tags: allTags
    addresses: networkAddresses
  }
}

module storage 'modules/storage.bicep' = {
  name: 'storage'
  params: {
    name: storageName
    location: location
    tags: allTags
    isPrivate: privateNetwork
    isZoneRedundant: zoneRedundant
    containers: []
  }
}

// Apart from the host's account, which the app's identity owns.
module codeStorage 'modules/storage.bicep' = {
  name: 'code-storage'
  params: {
    name: codeStorageName
    location: location
    tags: allTags
    isPrivate: privateNetwork
    isZoneRedundant: zoneRedundant
    containers: [codeContainer]
  }
}

module cosmos 'modules/cosmos.bicep' = {
  name: 'cosmos'
  params: {
    name: cosmosName
    databaseName: databaseName
    location: location
    tags: allTags
    maximumThroughput: maximumThroughput
    backupTier: backupTier
    indexAllAttributes: indexAllAttributes
    isPrivate: privateNetwork
    isZoneRedundant: zoneRedundant
    workspaceId: monitoring.outputs.workspaceId
  }
}

module vault 'modules/key-vault.bicep' = {
  name: 'vault'
  params: {
    name: vaultName
    location: location
    tags: allTags
    retentionDays: secretRetentionDays
    isPrivate: privateNetwork
    workspaceId: monitoring.outputs.workspaceId
  }
}

module roles 'modules/roles.bicep' = {
  name: 'roles'
  params: {
    identityName: identityName
    principalId: identity.outputs.principalId
    storageName: storageName
    codeStorageName: codeStorageName
    codeContainer: codeContainer
    cosmosName: cosmosName
    databaseName: databaseName
    vaultName: vaultName
    insightsName: insightsName
  }
  dependsOn: [storage, codeStorage, cosmos, vault, monitoring]
}

// Without the ids: a loop goes over what is known before the deployment begins.
var privateServices = [
  { name: 'blob', group: 'blob', zone: 'privatelink.blob.${environment().suffixes.storage}', isFirstOfZone: true }
  { name: 'cosmos', group: 'Sql', zone: 'privatelink.documents.azure.com', isFirstOfZone: true }
  { name: 'vault', group: 'vault', zone: 'privatelink.vaultcore.azure.net', isFirstOfZone: true }
  { name: 'code', group: 'blob', zone: 'privatelink.blob.${environment().suffixes.storage}', isFirstOfZone: false }
]

// One at a time: a subnet is changed by one operation only.
@batchSize(1)
module endpoints 'modules/private-endpoints.bicep' = [
  for (service, index) in privateServices: if (privateNetwork) {
    name: 'endpoint-${service.name}'
    params: {
      location: location
      tags: allTags
      networkId: privateNetwork ? network!.outputs.id : ''
      subnetId: privateNetwork ? network!.outputs.endpointsSubnetId : ''
      // In the order of privateServices.
      serviceId: [storage.outputs.id, cosmos.outputs.id, vault.outputs.id, codeStorage.outputs.id][index]
      name: service.name
      group: service.group
      zone: service.zone
      isFirstOfZone: service.isFirstOfZone
    }
    // An account takes one change at a time.
    dependsOn: [roles]
  }
]

module app 'modules/function-app.bicep' = {
  name: 'app'
  params: {
    name: appName
    location: location
    tags: union(allTags, { 'azd-service-name': 'api' })
    nodeVersion: nodeVersion
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyInstances: alwaysReadyInstances
    perInstanceConcurrency: perInstanceConcurrency
    isZoneRedundant: zoneRedundant
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    blobEndpoint: storage.outputs.blobEndpoint
    codeEndpoint: codeStorage.outputs.blobEndpoint
    codeContainer: codeContainer
    insightsName: insightsName
    cosmosEndpoint: cosmos.outputs.endpoint
    databaseName: databaseName
    vaultUri: vault.outputs.uri
    publicBaseUrl: publicBaseUrl
    settings: settings
    subnetId: privateNetwork ? network!.outputs.appSubnetId : ''
  }
  dependsOn: [roles, endpoints]
}

module alerts 'modules/alerts.bicep' = {
  name: 'alerts'
  params: {
    location: location
    tags: allTags
    email: alertEmail
    cosmosId: cosmos.outputs.id
    isProvisioned: maximumThroughput > 0
    vaultId: vault.outputs.id
    workspaceId: monitoring.outputs.workspaceId
  }
}

@description('What Entra ID asks for as "Tenant URL", for a tenant on the path /scim/v2.')
output tenantUrl string = '${app.outputs.publicBaseUrl}/scim/v2'

@description('Address of the app, with /manage for tenants and /health for its state.')
output publicBaseUrl string = app.outputs.publicBaseUrl

@description('Name of the function app, for its function key, from which tenants and the "Secret token" are made.')
output functionAppName string = appName

@description('Name of the account that holds the directories, for restoring it.')
output cosmosAccountName string = cosmosName

@description('Name of the vault that holds the hashes of the keys, for recovering secrets.')
output keyVaultName string = vaultName
