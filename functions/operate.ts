import { serveOperate } from '../lib/endpoints.ts';
import { manageRoutes } from '../lib/http/manage-routes.ts';

serveOperate('operate', manageRoutes);
