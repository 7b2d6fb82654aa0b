import { customRoutes, serveScim } from '../lib/app.ts';
import { bulkRoutes } from '../lib/http/scim-routes.ts';

serveScim(bulkRoutes(customRoutes));
