param location string

@description('E-mail address of the operators; empty creates the alerts without telling anyone.')
param email string
param appId string
param cosmosId string
param vaultId string
param workspaceId string
param tags object

resource operators 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(email)) {
  name: 'ag-muster'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'muster'
    enabled: true
    emailReceivers: [{ name: 'operators', emailAddress: email, useCommonAlertSchema: true }]
  }
}

var actions = empty(email) ? [] : [{ actionGroupId: operators.id }]

var metricAlerts = [
  {
    name: 'failures'
    description: 'Requests fail inside the service provider.'
    scope: appId
    namespace: 'Microsoft.Web/sites'
    metric: 'Http5xx'
    aggregation: 'Total'
    operator: 'GreaterThan'
    threshold: 5
  }
  {
    name: 'throughput'
    description: 'The database is near its provisioned throughput and will throttle.'
    scope: cosmosId
    namespace: 'Microsoft.DocumentDB/databaseAccounts'
    metric: 'NormalizedRUConsumption'
    aggregation: 'Maximum'
    operator: 'GreaterThan'
    threshold: 90
  }
  {
    name: 'vault'
    description: 'The vault does not answer, so that keys cannot be checked anew.'
    scope: vaultId
    namespace: 'Microsoft.KeyVault/vaults'
    metric: 'Availability'
    aggregation: 'Average'
    operator: 'LessThan'
    threshold: 99
  }
]

resource metrics 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for alert in metricAlerts: {
    name: 'muster-${alert.name}'
    location: 'global'
    tags: tags
    properties: {
      description: alert.description
      severity: 2
      enabled: true
      scopes: [alert.scope]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            name: alert.name
            criterionType: 'StaticThresholdCriterion'
            metricNamespace: alert.namespace
            metricName: alert.metric
            timeAggregation: alert.aggregation
            operator: alert.operator
            threshold: alert.threshold
          }
        ]
      }
      actions: actions
    }
  }
]

var logAlerts = [
  {
    name: 'throttling'
    description: 'Clients are told to come back later.'
    query: 'AppTraces | where Message has \'"event":"request"\' | extend line = parse_json(Message) | where toint(line.status) == 429'
  }
  {
    name: 'key-expiry'
    description: 'A bearer key expires soon; issue a new one and enter it in the client.'
    query: 'AppTraces | where Message has \'"event":"key-expiry"\''
  }
  {
    name: 'partition-size'
    description: 'A tenant nears the 20 GB that one partition holds.'
    query: 'AzureMetrics | where MetricName == "DataUsage" | summarize size = max(Maximum) by Resource | where size > 15000000000'
  }
]

resource logs 'Microsoft.Insights/scheduledQueryRules@2023-03-15-preview' = [
  for alert in logAlerts: {
    name: 'muster-${alert.name}'
    location: location
    tags: tags
    properties: {
      description: alert.description
      severity: 3
      enabled: true
      scopes: [workspaceId]
      evaluationFrequency: 'PT1H'
      windowSize: 'PT1H'
      criteria: {
        allOf: [
          {
            query: alert.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
          }
        ]
      }
      actions: empty(email) ? {} : { actionGroups: [operators.id] }
    }
  }
]
