import { customRoutes, serveFallback } from '../lib/endpoints.ts';
import { bulkRoutes, scimRoutes } from '../lib/http/scim-routes.ts';

serveFallback('zz-fallback', [...scimRoutes, ...customRoutes, ...bulkRoutes(customRoutes)]);
