import { serveOperate } from '../lib/app/serve.ts';

serveOperate('operate');
