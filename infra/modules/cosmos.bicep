@description('Name of the account that holds the directories, tenants and keys.')
param name string
param location string

@description('Most request units per second, shared by all containers; 0 makes the account serverless.')
param maximumThroughput int
param isPrivate bool
param workspaceId string
param tags object

@description('What each container indexes; the same as in lib/store, which a test holds.')
var containers = loadJsonContent('../cosmos-containers.json')

var isServerless = maximumThroughput == 0

resource account 'Microsoft.DocumentDB/databaseAccounts@2024-11-15' = {
  name: name
  location: location
  kind: 'GlobalDocumentDB'
  tags: tags
  properties: {
    databaseAccountOfferType: 'Standard'
    disableLocalAuth: true
    minimalTlsVersion: 'Tls12'
    publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled'
    consistencyPolicy: {
      defaultConsistencyLevel: 'BoundedStaleness'
      maxIntervalInSeconds: 5
      maxStalenessPrefix: 100
    }
    locations: [{ locationName: location, failoverPriority: 0, isZoneRedundant: false }]
    capabilities: isServerless ? [{ name: 'EnableServerless' }] : []
    backupPolicy: {
      type: 'Continuous'
      continuousModeProperties: { tier: 'Continuous7Days' }
    }
  }

  resource database 'sqlDatabases' = {
    name: 'muster'
    properties: {
      resource: { id: 'muster' }
      options: isServerless ? {} : { autoscaleSettings: { maxThroughput: maximumThroughput } }
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
  name: 'consumption'
  scope: account
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'PartitionKeyRUConsumption', enabled: true }]
    metrics: [{ category: 'Requests', enabled: true }]
  }
}

output id string = account.id
output name string = account.name
output endpoint string = account.properties.documentEndpoint
