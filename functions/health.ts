import { app } from '@azure/functions';
import { ready } from '../lib/app/health.ts';
import { liveHandler } from '../lib/http/health.ts';

app.http('health', { route: 'health', methods: ['GET', 'HEAD'], authLevel: 'anonymous', handler: ready });
app.http('health-live', {
  route: 'health/live',
  methods: ['GET', 'HEAD'],
  authLevel: 'anonymous',
  handler: liveHandler,
});
