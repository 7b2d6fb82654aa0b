import { serveManage } from '../lib/app/apis.ts';
import { manageRoutes } from '../lib/http/manage-routes.ts';

serveManage(manageRoutes);
