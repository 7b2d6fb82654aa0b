using 'main.bicep'

// Read from the environment, where azd puts what "azd env set" was told; docs/deploy.md lists them.
param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'muster')
param publicBaseUrl = readEnvironmentVariable('MUSTER_PUBLIC_BASE_URL', '')
param alertEmail = readEnvironmentVariable('MUSTER_ALERT_EMAIL', '')
param alwaysReadyInstances = int(readEnvironmentVariable('MUSTER_ALWAYS_READY', '0'))
param cosmosAccountName = readEnvironmentVariable('MUSTER_COSMOS_ACCOUNT', '')
param maximumThroughput = int(readEnvironmentVariable('MUSTER_MAXIMUM_THROUGHPUT', '0'))
param indexAllAttributes = bool(readEnvironmentVariable('MUSTER_INDEX_ALL_ATTRIBUTES', 'false'))
param backupTier = readEnvironmentVariable('MUSTER_BACKUP_TIER', 'Continuous7Days')
param zoneRedundant = bool(readEnvironmentVariable('MUSTER_ZONE_REDUNDANT', 'false'))
param privateNetwork = bool(readEnvironmentVariable('MUSTER_PRIVATE_NETWORK', 'false'))
