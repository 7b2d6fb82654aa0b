@description('Region of the endpoint.')
param location string

@description('Tags of the endpoint and its zone.')
param tags object

@description('Network whose members find the service at its private address.')
param networkId string

@description('Subnet that holds the private address.')
param subnetId string

@description('Service to reach privately, such as a storage account.')
param serviceId string

@description('Name of the endpoint without the "pe-" in front.')
@minLength(1)
@maxLength(61)
param name string

@description('Part of the service that the endpoint leads to, such as "blob".')
param group string

@description('DNS zone of the service\'s private address.')
param zone string

@description('Whether this endpoint creates the zone; a later one in the same zone uses it.')
param isFirstOfZone bool

resource dnsZone 'Microsoft.Network/privateDnsZones@2024-06-01' = if (isFirstOfZone) {
  name: zone
  location: 'global'
  tags: tags

  resource link 'virtualNetworkLinks' = {
    name: 'muster'
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: networkId }
    }
  }
}

resource endpoint 'Microsoft.Network/privateEndpoints@2025-07-01' = {
  name: 'pe-${name}'
  location: location
  tags: tags
  properties: {
    subnet: { id: subnetId }
    privateLinkServiceConnections: [
      {
        name: name
        properties: {
          privateLinkServiceId: serviceId
          groupIds: [group]
        }
      }
    ]
  }

  resource zoneGroup 'privateDnsZoneGroups' = {
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        {
          name: name
          properties: { privateDnsZoneId: resourceId('Microsoft.Network/privateDnsZones', zone) }
        }
      ]
    }
    dependsOn: [dnsZone]
  }
}
