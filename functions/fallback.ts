import { customRoutes, serveFallback } from '../lib/app/apis.ts';
import { bulkRoutes, scimRoutes } from '../lib/http/scim/scim-routes.ts';

serveFallback('zz-fallback', [...scimRoutes, ...customRoutes, ...bulkRoutes(customRoutes)]);
