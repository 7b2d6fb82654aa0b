import { serveScim } from '../lib/app/apis.ts';
import { userRoutes } from '../lib/http/scim/scim-routes.ts';

serveScim(userRoutes);
