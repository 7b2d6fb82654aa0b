import { serveScim } from '../lib/app/apis.ts';
import { discoveryRoutes } from '../lib/http/scim/scim-routes.ts';

serveScim(discoveryRoutes);
