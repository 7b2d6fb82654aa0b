import { serveOperate } from '../lib/app/apis.ts';
import { manageRoutes } from '../lib/http/manage-routes.ts';

serveOperate('operate', manageRoutes);
