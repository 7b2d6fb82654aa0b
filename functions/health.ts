import { app } from '@azure/functions';
import { checkHealth } from '../lib/app.ts';
import { healthHandler } from '../lib/http/health.ts';

app.http('health', {
  route: 'health',
  methods: ['GET'],
  authLevel: 'anonymous',
  handler: healthHandler(checkHealth),
});
