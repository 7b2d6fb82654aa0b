@description('Region of the endpoints.')
param location string

@description('Tags of the endpoints and their zones.')
param tags object

@description('Network whose members find the services at their private addresses.')
param networkId string

@description('Subnet that holds the private addresses.')
param subnetId string

@description('Services to reach privately: the resource, its group, and the DNS zone of its address.')
@minLength(1)
@maxLength(10)
param targets service[]

type service = {
  name: string
  id: string
  group: string
  zone: string
}

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for target in targets: {
    name: target.zone
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (target, index) in targets: {
    parent: zones[index]
    name: 'muster'
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: networkId }
    }
  }
]

// One at a time: a subnet is changed by one operation only.
@batchSize(1)
resource endpoints 'Microsoft.Network/privateEndpoints@2024-07-01' = [
  for target in targets: {
    name: 'pe-${target.name}'
    location: location
    tags: tags
    properties: {
      subnet: { id: subnetId }
      privateLinkServiceConnections: [
        {
          name: target.name
          properties: {
            privateLinkServiceId: target.id
            groupIds: [target.group]
          }
        }
      ]
    }
  }
]

resource groups 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-07-01' = [
  for (target, index) in targets: {
    parent: endpoints[index]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [
        {
          name: target.name
          properties: { privateDnsZoneId: zones[index].id }
        }
      ]
    }
  }
]
