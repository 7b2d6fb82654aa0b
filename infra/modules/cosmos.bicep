@description('Name of the account that holds the directories, tenants and keys.')
@minLength(3)
@maxLength(44)
param name string

@description('Name of the database.')
@minLength(1)
@maxLength(255)
param databaseName string

@description('Region of the account.')
param location string

@description('Tags of the account.')
param tags object

@description('Most request units per second, shared by all containers, in full thousands; 0 is serverless.')
@minValue(0)
@maxValue(1000000)
param maximumThroughput int

@description('How far back the account can be restored.')
@allowed(['Continuous7Days', 'Continuous30Days'])
param backupTier string

@description('Whether the indexes hold all attributes of users and groups, and not only those that people search by.')
param indexAllAttributes bool

@description('Whether the account is reached by its private endpoint only.')
param isPrivate bool

@description('Whether three zones hold a copy each.')
param isZoneRedundant bool

@description('Workspace that keeps the sizes of the largest tenants.')
param workspaceId string

@description('What each container indexes; the same as in lib/store, which a test holds.')
var containers = indexAllAttributes
  ? loadJsonContent('../cosmos-containers-all.json')
  : loadJsonContent('../cosmos-containers.json')

var isServerless = maximumThroughput == 0

resource account 'Microsoft.DocumentDB/databaseAccounts@2025-04-15' = {
  name: name
  location: location
  kind: 'GlobalDocumentDB'
  tags: tags
  properties: {
    databaseAccountOfferType: 'Standard'
    disableLocalAuth: true
    disableKeyBasedMetadataWriteAccess: true
    minimalTlsVersion: 'Tls12'
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    networkAclBypass: 'None'
    // In the region of the writes every read sees every write. A second region asks for at least 300 s and 100,000.
    consistencyPolicy: {
      defaultConsistencyLevel: 'BoundedStaleness'
      maxIntervalInSeconds: 5
      maxStalenessPrefix: 100
    }
    locations: [{ locationName: location, failoverPriority: 0, isZoneRedundant: isZoneRedundant }]
    capabilities: isServerless ? [{ name: 'EnableServerless' }] : []
    backupPolicy: {
      type: 'Continuous'
      continuousModeProperties: { tier: backupTier }
    }
  }

  resource database 'sqlDatabases' = {
    name: databaseName
    properties: {
      resource: { id: databaseName }
      options: isServerless ? {} : { autoscaleSettings: { maxThroughput: (maximumThroughput + 999) / 1000 * 1000 } }
    }

    resource container 'containers' = [
      for item in containers: {
        name: item.id
        properties: { resource: item }
      }
    ]
  }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'sizes'
  scope: account
  properties: {
    workspaceId: workspaceId
    logAnalyticsDestinationType: 'Dedicated'
    logs: [{ category: 'PartitionKeyStatistics', enabled: true }]
  }
}

output id string = account.id
output endpoint string = account.properties.documentEndpoint
