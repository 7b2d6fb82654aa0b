import { app } from '@azure/functions';
import { later } from '../lib/app/serve.ts';
import { liveHandler } from '../lib/http/health.ts';

app.http('health', {
  route: 'health',
  methods: ['GET', 'HEAD'],
  authLevel: 'anonymous',
  handler: later(async () => (await import('../lib/app/health.ts')).ready),
});
app.http('health-live', {
  route: 'health/live',
  methods: ['GET', 'HEAD'],
  authLevel: 'anonymous',
  handler: liveHandler,
});
