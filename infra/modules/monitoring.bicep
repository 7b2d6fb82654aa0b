@description('Name of the workspace that keeps the logs.')
@minLength(4)
@maxLength(63)
param workspaceName string

@description('Name of the Application Insights that takes the telemetry.')
@minLength(1)
@maxLength(64)
param insightsName string

@description('Region of both.')
param location string

@description('Tags of both.')
param tags object

@description('Days that logs are kept.')
@minValue(30)
@maxValue(730)
param retentionDays int

@description('Most gigabytes of logs in a day; -1 sets no limit. Above it log alerts see nothing.')
@minValue(-1)
@maxValue(1000)
param dailyCapGb int

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-02-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionDays
    workspaceCapping: { dailyQuotaGb: dailyCapGb }
    features: {
      disableLocalAuth: true
      enableLogAccessUsingOnlyResourcePermissions: true
    }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: insightsName
  location: location
  kind: 'web'
  tags: tags
  properties: {
    Application_Type: 'web'
    IngestionMode: 'LogAnalytics'
    WorkspaceResourceId: workspace.id
    DisableLocalAuth: true
  }
}

output workspaceId string = workspace.id
