/** The endpoints that do not belong to a resource type (RFC 7644 3.2). */
export const endpoints = {
  me: '/Me',
  bulk: '/Bulk',
  serviceProviderConfig: '/ServiceProviderConfig',
  resourceTypes: '/ResourceTypes',
  schemas: '/Schemas',
} as const;
