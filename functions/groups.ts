import { serveScim } from '../lib/app.ts';
import { groupRoutes } from '../lib/http/scim-routes.ts';

serveScim(groupRoutes);
