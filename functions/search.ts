import { serveScim } from '../lib/endpoints.ts';
import { searchRoutes } from '../lib/http/scim-routes.ts';

serveScim(searchRoutes);
