targetScope = 'resourceGroup'

@description('Name of the environment; a part of every resource name.')
@minLength(2)
@maxLength(20)
param environmentName string

@description('Region of all resources.')
param location string = resourceGroup().location

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

@description('Address that clients use, such as https://scim.example.com; empty takes the address of the function app.')
param publicBaseUrl string = ''

@description('Most request units per second of the database; 0 makes it serverless, which suits small directories.')
@minValue(0)
@maxValue(100000)
param maximumThroughput int = 0

@description('Days that Key Vault keeps a deleted secret.')
@minValue(7)
@maxValue(90)
param secretRetentionDays int = 90

@description('Days that logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 90

@description('E-mail address that alerts are sent to; empty sends none.')
param alertEmail string = ''

@description('Whether storage, database and vault are reached by private endpoints only.')
param privateNetwork bool = false

@description('Tags of all resources.')
param tags object = {}

var suffix = toLower(uniqueString(resourceGroup().id, environmentName))
var allTags = union(tags, { 'azd-env-name': environmentName })
var appName = 'func-${environmentName}-${take(suffix, 6)}'

module identity 'modules/identity.bicep' = {
  name: 'identity'
  params: {
    name: 'id-${environmentName}-${take(suffix, 6)}'
    location: location
    tags: allTags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  params: {
    name: '${environmentName}-${take(suffix, 6)}'
    location: location
    retentionDays: logRetentionDays
    tags: allTags
  }
}

module network 'modules/network.bicep' = if (privateNetwork) {
  name: 'network'
  params: {
    name: 'vnet-${environmentName}-${take(suffix, 6)}'
    location: location
    tags: allTags
  }
}

module storage 'modules/storage.bicep' = {
  name: 'storage'
  params: {
    name: 'st${take(suffix, 13)}'
    location: location
    isPrivate: privateNetwork
    tags: allTags
  }
}

module cosmos 'modules/cosmos.bicep' = {
  name: 'cosmos'
  params: {
    name: 'cosmos-${environmentName}-${take(suffix, 6)}'
    location: location
    maximumThroughput: maximumThroughput
    isPrivate: privateNetwork
    workspaceId: monitoring.outputs.workspaceId
    tags: allTags
  }
}

module vault 'modules/key-vault.bicep' = {
  name: 'vault'
  params: {
    name: 'kv-${take(suffix, 13)}'
    location: location
    retentionDays: secretRetentionDays
    isPrivate: privateNetwork
    workspaceId: monitoring.outputs.workspaceId
    tags: allTags
  }
}

module roles 'modules/roles.bicep' = {
  name: 'roles'
  params: {
    principalId: identity.outputs.principalId
    storageName: storage.outputs.name
    cosmosName: cosmos.outputs.name
    vaultName: vault.outputs.name
    insightsName: monitoring.outputs.insightsName
  }
}

module endpoints 'modules/private-endpoints.bicep' = if (privateNetwork) {
  name: 'endpoints'
  params: {
    location: location
    networkId: network.?outputs.id ?? ''
    subnetId: network.?outputs.endpointsSubnetId ?? ''
    targets: [
      { name: 'blob', id: storage.outputs.id, group: 'blob', zone: 'privatelink.blob.${environment().suffixes.storage}' }
      { name: 'cosmos', id: cosmos.outputs.id, group: 'Sql', zone: 'privatelink.documents.azure.com' }
      { name: 'vault', id: vault.outputs.id, group: 'vault', zone: 'privatelink.vaultcore.azure.net' }
    ]
    tags: allTags
  }
}

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
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    blobEndpoint: storage.outputs.blobEndpoint
    deploymentContainer: storage.outputs.deploymentContainer
    insightsConnectionString: monitoring.outputs.insightsConnectionString
    cosmosEndpoint: cosmos.outputs.endpoint
    keyVaultUri: vault.outputs.uri
    publicBaseUrl: empty(publicBaseUrl) ? 'https://${appName}.azurewebsites.net' : publicBaseUrl
    subnetId: network.?outputs.appSubnetId ?? ''
  }
  dependsOn: [roles, endpoints]
}

module alerts 'modules/alerts.bicep' = {
  name: 'alerts'
  params: {
    location: location
    email: alertEmail
    appId: app.outputs.id
    cosmosId: cosmos.outputs.id
    vaultId: vault.outputs.id
    workspaceId: monitoring.outputs.workspaceId
    tags: allTags
  }
}

@description('What Entra ID asks for as "Tenant URL" for a tenant on the path /scim/v2.')
output tenantUrl string = '${app.outputs.publicBaseUrl}/scim/v2'

@description('Name of the function app, for deploying code and for its function key.')
output functionAppName string = app.outputs.name

@description('Name of the vault that holds the hashes of the keys.')
output keyVaultName string = vault.outputs.name
