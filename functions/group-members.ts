import { serveScim } from '../lib/endpoints.ts';
import { groupMemberRoutes } from '../lib/http/scim-routes.ts';

serveScim(groupMemberRoutes);
