@description('Name of the function app and the beginning of its address.')
@minLength(2)
@maxLength(60)
param name string

@description('Region of the app.')
param location string

@description('Tags of the app; azd finds it by azd-service-name.')
param tags object

@description('Version of Node that runs the app.')
@allowed(['22', '24'])
param nodeVersion string

@description('Memory of one instance, in MB.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int

@description('Most instances that the app scales out to.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int

@description('Instances that are always ready for requests.')
@minValue(0)
@maxValue(20)
param alwaysReadyInstances int

@description('Requests that one instance works on at the same time.')
@minValue(1)
@maxValue(1000)
param perInstanceConcurrency int

@description('Whether instances are spread over three zones; those always ready are then two at least.')
param isZoneRedundant bool

@description('Identity that the app acts as: its resource.')
param identityId string

@description('Identity that the app acts as: its client id.')
@minLength(36)
@maxLength(36)
param identityClientId string

@description('Address of the blobs that hold the host\'s leases and keys.')
param blobEndpoint string

@description('Address of the blobs that hold the code.')
param codeEndpoint string

@description('Container of the code.')
param codeContainer string

@description('Application Insights that takes the telemetry.')
param insightsName string

@description('Address of the database account.')
param cosmosEndpoint string

@description('Database of the account.')
param databaseName string

@description('Address of the vault.')
param vaultUri string

@description('Address that clients use; empty takes the address of the app.')
param publicBaseUrl string

@description('Further settings, by the names of docs/manage.md.')
@secure()
param settings object

@description('Subnet that the app reaches private endpoints through; empty without a private network.')
param subnetId string

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: 'plan-${name}'
  location: location
  kind: 'functionapp'
  tags: tags
  sku: { tier: 'FlexConsumption', name: 'FC1' }
  properties: {
    reserved: true
    zoneRedundant: isZoneRedundant
  }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  kind: 'functionapp,linux'
  tags: tags
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    publicNetworkAccess: 'Enabled'
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${codeEndpoint}${codeContainer}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReadyInstances == 0
          ? []
          : [{ name: 'http', instanceCount: isZoneRedundant ? max(alwaysReadyInstances, 2) : alwaysReadyInstances }]
        triggers: { http: { perInstanceConcurrency: perInstanceConcurrency } }
      }
      runtime: { name: 'node', version: nodeVersion }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      http20Enabled: true
    }
  }

  resource appSettings 'config' = {
    name: 'appsettings'
    properties: union(settings, {
      AzureWebJobsStorage__credential: 'managedidentity'
      AzureWebJobsStorage__clientId: identityClientId
      AzureWebJobsStorage__blobServiceUri: blobEndpoint
      AzureWebJobsDisableHomepage: 'true'
      APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
      // The host answers a larger body with an empty 500, and clients repeat it. The app's own bounds answer 413.
      FUNCTIONS_REQUEST_BODY_SIZE_LIMIT: '33554432'
      AZURE_CLIENT_ID: identityClientId
      COSMOS_ENDPOINT: cosmosEndpoint
      COSMOS_DATABASE: databaseName
      KEY_VAULT_URI: vaultUri
      PUBLIC_BASE_URL: empty(publicBaseUrl) ? 'https://${app.properties.defaultHostName}' : publicBaseUrl
    })
  }

  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

output publicBaseUrl string = empty(publicBaseUrl) ? 'https://${app.properties.defaultHostName}' : publicBaseUrl
