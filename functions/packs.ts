import { customRoutes, serveScim } from '../lib/endpoints.ts';

serveScim(customRoutes);
