import { serveScim } from '../lib/app/apis.ts';
import { groupMemberRoutes } from '../lib/http/scim/scim-routes.ts';

serveScim(groupMemberRoutes);
