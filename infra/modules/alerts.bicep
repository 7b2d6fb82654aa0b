@description('Region of the log alerts, that of the workspace.')
param location string

@description('Tags of the alerts.')
param tags object

@description('E-mail address of the operators; empty creates the alerts without telling anyone.')
@maxLength(254)
param email string

@description('Database account.')
param cosmosId string

@description('Whether the database has a throughput to come near to; a serverless account has none.')
param isProvisioned bool

@description('Vault.')
param vaultId string

@description('Workspace that log alerts read.')
param workspaceId string

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

var throughput = {
  name: 'throughput'
  description: 'The database is near its throughput and will refuse requests.'
  scope: cosmosId
  namespace: 'Microsoft.DocumentDB/databaseAccounts'
  metric: 'NormalizedRUConsumption'
  aggregation: 'Average'
  operator: 'GreaterThan'
  threshold: 80
}

var metricAlerts = concat(isProvisioned ? [throughput] : [], [
  {
    name: 'vault'
    description: 'The vault does not answer, so that keys cannot be issued or checked again.'
    scope: vaultId
    namespace: 'Microsoft.KeyVault/vaults'
    metric: 'Availability'
    aggregation: 'Average'
    operator: 'LessThan'
    threshold: 99
  }
])

resource metrics 'Microsoft.Insights/metricAlerts@2026-01-01' = [
  for alert in metricAlerts: {
    name: 'muster-${alert.name}'
    location: 'global'
    tags: tags
    properties: {
      description: alert.description
      severity: 1
      enabled: true
      autoMitigate: true
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
      actions: empty(email) ? [] : [{ actionGroupId: operators.id }]
    }
  }
]

// The lines of lib/base/log.ts: the host takes what the app writes to its standard output into AppTraces, a line a row,
// unsampled since no line is in a span. An empty table stands in for one that no row has created yet.
var lines = '''
union isfuzzy=true (datatable(TimeGenerated: datetime, Message: string)[]), AppTraces
| where Message startswith '{"level":'
| extend line = parse_json(Message)
| extend event = tostring(line.event), status = toint(line.status)'''

// What the host answered: the app writes no line while it does not start. Flex Consumption has no metric of answers.
// Where the host samples, a row stands for ItemCount of them.
var answers = '''
union isfuzzy=true (datatable(TimeGenerated: datetime, ResultCode: string, ItemCount: int)[]), AppRequests
| extend status = toint(ResultCode)'''

var sizes = '''
union isfuzzy=true (datatable(TimeGenerated: datetime, PartitionKey: string, SizeKb: int)[]), CDBPartitionKeyStatistics
| summarize SizeKb = max(SizeKb) by PartitionKey'''

var logAlerts = [
  {
    name: 'failures'
    description: 'Requests fail inside the service provider.'
    severity: 1
    every: 'PT15M'
    over: 'PT15M'
    query: '${lines} | where event == "request" and status >= 500 and status != 501'
    above: 5
  }
  {
    name: 'unavailable'
    description: 'Requests are answered with errors, by the app or by the host in its stead.'
    severity: 1
    every: 'PT15M'
    over: 'PT15M'
    query: '${answers} | where status >= 500 and status != 501 | summarize answers = sum(ItemCount) | where answers > 10'
    above: 0
  }
  {
    name: 'throttling'
    description: 'Clients are told to come back later.'
    severity: 2
    every: 'PT15M'
    over: 'PT15M'
    query: '${lines} | where event == "request" and status == 429'
    above: 10
  }
  {
    name: 'silent'
    description: 'The timer has not come to its end for an hour: what was put off may be left, and keys may not expire.'
    severity: 1
    every: 'PT15M'
    over: 'PT1H'
    query: '${lines} | where event == "maintenance" and toint(line.failures) == 0 | summarize runs = count() | where runs == 0'
    above: 0
  }
  {
    name: 'key-expiry'
    description: 'A bearer key expires soon: issue a new one and enter it in the client.'
    severity: 3
    every: 'PT1H'
    over: 'PT1H'
    query: '${lines} | where event == "key-expiry"'
    above: 0
  }
  {
    name: 'mails'
    description: 'Mails were refused, or may not have arrived.'
    severity: 3
    every: 'PT1H'
    over: 'PT1H'
    query: '${lines} | where event == "mail" and line.state in ("failed", "unknown")'
    above: 0
  }
  {
    name: 'partition-size'
    description: 'A tenant has 15 of the 20 GB that it can have in one container.'
    severity: 2
    every: 'PT6H'
    over: 'P1D'
    query: '${sizes} | where SizeKb > 15000000'
    above: 0
  }
]

resource logs 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [
  for alert in logAlerts: {
    name: 'muster-${alert.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      description: alert.description
      severity: alert.severity
      enabled: true
      autoMitigate: true
      skipQueryValidation: true
      scopes: [workspaceId]
      evaluationFrequency: alert.every
      windowSize: alert.over
      criteria: {
        allOf: [
          {
            query: alert.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: alert.above
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: empty(email) ? [] : [operators.id] }
    }
  }
]
