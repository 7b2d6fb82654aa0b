@description('Name of the network between the function app and its services.')
@minLength(2)
@maxLength(64)
param name string

@description('Region of the network.')
param location string

@description('Tags of the network.')
param tags object

@description('Addresses of the network, a /23 or larger.')
@minLength(9)
@maxLength(18)
param addresses string

resource network 'Microsoft.Network/virtualNetworks@2025-07-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [addresses] }
    subnets: [
      {
        name: 'app'
        properties: {
          addressPrefix: cidrSubnet(addresses, 24, 0)
          // Telemetry leaves through here.
          defaultOutboundAccess: true
          delegations: [
            {
              name: 'flex'
              properties: { serviceName: 'Microsoft.App/environments' }
            }
          ]
        }
      }
      {
        name: 'endpoints'
        properties: {
          addressPrefix: cidrSubnet(addresses, 24, 1)
          defaultOutboundAccess: false
          privateEndpointNetworkPolicies: 'Disabled'
        }
      }
    ]
  }

  resource appSubnet 'subnets' existing = {
    name: 'app'
  }

  resource endpointsSubnet 'subnets' existing = {
    name: 'endpoints'
  }
}

output id string = network.id
output appSubnetId string = network::appSubnet.id
output endpointsSubnetId string = network::endpointsSubnet.id
