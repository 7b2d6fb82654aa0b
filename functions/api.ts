import { serveApi } from '../lib/app/manage-apis.ts';
import { manageRoutes } from '../lib/http/manage-routes.ts';

serveApi('api', manageRoutes);
