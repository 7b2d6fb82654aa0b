import { serveApi } from '../lib/app/serve.ts';

serveApi('api');
