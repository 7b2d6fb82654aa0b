import { later } from '../lib/app/serve.ts';
import { registerAnyMethod } from '../lib/http/register.ts';

const load = () => import('../lib/app/apis.ts');
const oauth = later(async () => (await load()).token);
const signingHub = later(async () => (await load()).signingHubToken);

registerAnyMethod('token', 'oauth/token', oauth);
registerAnyMethod('token-authenticate', 'authenticate', signingHub);
