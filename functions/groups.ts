import { serveScim } from '../lib/endpoints.ts';
import { groupRoutes } from '../lib/http/scim-routes.ts';

serveScim(groupRoutes);
