import { serveScim } from '../lib/app.ts';
import { searchRoutes } from '../lib/http/scim-routes.ts';

serveScim(searchRoutes);
