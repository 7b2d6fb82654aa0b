import { serveScim } from '../lib/app/apis.ts';
import { searchRoutes } from '../lib/http/scim/scim-routes.ts';

serveScim(searchRoutes);
