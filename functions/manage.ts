import { serveManage } from '../lib/endpoints.ts';
import { manageRoutes } from '../lib/http/manage-routes.ts';

serveManage(manageRoutes);
