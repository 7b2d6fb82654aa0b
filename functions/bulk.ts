import { customRoutes, serveScim } from '../lib/endpoints.ts';
import { bulkRoutes } from '../lib/http/scim-routes.ts';

serveScim(bulkRoutes(customRoutes));
