import { customRoutes, serveFallback } from '../lib/app.ts';
import { bulkRoutes, scimRoutes } from '../lib/http/scim-routes.ts';

serveFallback('zz-fallback', [...scimRoutes, ...customRoutes, ...bulkRoutes(customRoutes)]);
