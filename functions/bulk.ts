import { customRoutes, serveScim } from '../lib/app/apis.ts';
import { bulkRoutes } from '../lib/http/scim/scim-routes.ts';

serveScim(bulkRoutes(customRoutes));
