import { customRoutes, serveScim } from '../lib/app.ts';

serveScim(customRoutes);
