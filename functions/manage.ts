import { serveManage } from '../lib/app/manage-apis.ts';
import { manageRoutes } from '../lib/http/manage-routes.ts';

serveManage(manageRoutes);
