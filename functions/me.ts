import { serveScim } from '../lib/app.ts';
import { meRoutes } from '../lib/http/scim-routes.ts';

serveScim(meRoutes);
