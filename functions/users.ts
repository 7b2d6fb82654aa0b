import { serveScim } from '../lib/app.ts';
import { userRoutes } from '../lib/http/scim-routes.ts';

serveScim(userRoutes);
