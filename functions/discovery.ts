import { serveScim } from '../lib/app.ts';
import { discoveryRoutes } from '../lib/http/scim-routes.ts';

serveScim(discoveryRoutes);
