using 'main.bicep'

param environmentName = readEnvironmentVariable('AZURE_ENV_NAME', 'muster')
param location = readEnvironmentVariable('AZURE_LOCATION', 'westeurope')
param alertEmail = readEnvironmentVariable('MUSTER_ALERT_EMAIL', '')
