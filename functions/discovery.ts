import { serveScim } from '../lib/endpoints.ts';
import { discoveryRoutes } from '../lib/http/scim-routes.ts';

serveScim(discoveryRoutes);
