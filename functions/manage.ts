import { serveManage } from '../lib/app.ts';
import { manageRoutes } from '../lib/http/manage-routes.ts';

serveManage(manageRoutes);
