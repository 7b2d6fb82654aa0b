import { serveScim } from '../lib/app/apis.ts';
import { groupRoutes } from '../lib/http/scim/scim-routes.ts';

serveScim(groupRoutes);
