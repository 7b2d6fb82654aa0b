import { serveScim } from '../lib/app/apis.ts';
import { meRoutes } from '../lib/http/scim/scim-routes.ts';

serveScim(meRoutes);
