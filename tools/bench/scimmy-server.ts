import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import express from 'express';
import SCIMMYRouters from 'scimmy-routers';
import { declareUsers, equalTexts } from './scimmy-directory.ts';

const secretToken = randomBytes(32).toString('base64url');

declareUsers();
const routers = new SCIMMYRouters({
  type: 'bearer',
  handler: (request) => {
    if (!equalTexts(request.header('Authorization') ?? '', `Bearer ${secretToken}`)) {
      throw new Error('Unknown token');
    }
    return 'client';
  },
});
const server = express()
  .use('/scim', routers)
  .listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo;
    process.send?.({ tenantUrl: `http://127.0.0.1:${port}/scim`, secretToken });
  });
// A list keeps the thread busy for longer than the timeout, so the server would close connections with a request.
server.keepAliveTimeout = 0;
process.once('disconnect', () => process.exit(0));
process.once('SIGTERM', () => process.exit(0));
