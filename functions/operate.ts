import { serveOperate } from '../lib/app/manage-apis.ts';
import { manageRoutes } from '../lib/http/manage-routes.ts';

serveOperate('operate', manageRoutes);
