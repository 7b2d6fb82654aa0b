@description('Identity that the roles are for.')
param identityName string

@description('Object id of that identity.')
@minLength(36)
@maxLength(36)
param principalId string

@description('Account of the host\'s leases and keys.')
param storageName string

@description('Account of the deployed code.')
param codeStorageName string

@description('Container of the deployed code.')
param codeContainer string

@description('Account of the database.')
param cosmosName string

@description('Database that the function app reads and writes.')
param databaseName string

@description('Vault of the keys\' hashes.')
param vaultName string

@description('Application Insights that takes the telemetry.')
param insightsName string

var blobDataOwner = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
var blobDataContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
var secretsOfficer = 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'
var metricsPublisher = '3913510d-42f4-4e42-8a64-420c390055eb'
var cosmosDataContributor = '00000000-0000-0000-0000-000000000002'

resource storage 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: storageName
}

resource codeStorage 'Microsoft.Storage/storageAccounts@2025-01-01' existing = {
  name: codeStorageName

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource code 'containers' existing = {
      name: codeContainer
    }
  }
}

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource cosmos 'Microsoft.DocumentDB/databaseAccounts@2025-04-15' existing = {
  name: cosmosName
}

resource vault 'Microsoft.KeyVault/vaults@2025-05-01' existing = {
  name: vaultName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

@description('Storage Blob Data Owner: the host\'s keys, the leases by which one instance runs a timer.')
resource blobRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(storage.id, identity.id, blobDataOwner)
  scope: storage
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDataOwner)
  }
}

@description('Storage Blob Data Contributor: the deployed code, and no other container of its account.')
resource codeRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(codeStorage::blobs::code.id, identity.id, blobDataContributor)
  scope: codeStorage::blobs::code
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDataContributor)
  }
}

@description('Key Vault Secrets Officer: issuing, checking and disabling keys; neither the vault nor who may enter it.')
resource vaultRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, identity.id, secretsOfficer)
  scope: vault
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', secretsOfficer)
  }
}

@description('Monitoring Metrics Publisher: telemetry without a shared key.')
resource insightsRole 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(insights.id, identity.id, metricsPublisher)
  scope: insights
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', metricsPublisher)
  }
}

@description('Cosmos DB Built-in Data Contributor: documents of one database, but no containers.')
resource cosmosRole 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments@2025-04-15' = {
  parent: cosmos
  name: guid(cosmos.id, identity.id, cosmosDataContributor)
  properties: {
    principalId: principalId
    roleDefinitionId: '${cosmos.id}/sqlRoleDefinitions/${cosmosDataContributor}'
    scope: '${cosmos.id}/dbs/${databaseName}'
  }
}
