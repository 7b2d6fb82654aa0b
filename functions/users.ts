import { serveScim } from '../lib/endpoints.ts';
import { userRoutes } from '../lib/http/scim-routes.ts';

serveScim(userRoutes);
