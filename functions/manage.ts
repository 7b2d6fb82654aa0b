import { serveManage } from '../lib/app/serve.ts';

serveManage();
