import { later } from '../lib/app/serve.ts';
import { registerAnyMethod } from '../lib/http/register.ts';

const load = () => import('../lib/app/metadata.ts');
const ofServer = later(async () => (await load()).serverMetadata);
const ofResource = later(async () => (await load()).resourceMetadata);

registerAnyMethod('metadata-authorization-server', '.well-known/oauth-authorization-server', ofServer);
registerAnyMethod('metadata-protected-resource', '.well-known/oauth-protected-resource/{*path}', ofResource);
