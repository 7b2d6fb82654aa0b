import { serveScim } from '../lib/endpoints.ts';
import { meRoutes } from '../lib/http/scim-routes.ts';

serveScim(meRoutes);
