import { app } from '@azure/functions';
import { later } from '../lib/app/serve.ts';

app.http('activate', {
  // The host writes paths into its traces, but not the values of a query. Links of older versions have the token here.
  route: 'activate/{token?}',
  methods: ['GET', 'HEAD', 'POST'],
  authLevel: 'anonymous',
  handler: later(async () => (await import('../lib/app/apis.ts')).activate),
});
