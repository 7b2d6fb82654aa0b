import { serveScim } from '../lib/app.ts';
import { groupMemberRoutes } from '../lib/http/scim-routes.ts';

serveScim(groupMemberRoutes);
