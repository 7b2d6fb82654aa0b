import { serveApi } from '../lib/app/manage-apis.ts';
import { apiRoutes } from '../lib/http/manage-routes.ts';

serveApi('api', apiRoutes);
