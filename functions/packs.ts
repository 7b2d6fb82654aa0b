import { customRoutes, serveScim } from '../lib/app/apis.ts';

serveScim(customRoutes);
