import { app } from '@azure/functions';
import { activate } from '../lib/app/apis.ts';

app.http('activate', {
  route: 'activate/{token}',
  methods: ['GET', 'HEAD', 'POST'],
  authLevel: 'anonymous',
  handler: activate,
});
