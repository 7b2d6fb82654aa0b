import { app } from '@azure/functions';

const load = () => import('../lib/app/maintenance.ts');

// Half a minute apart, so that the two do not do the same work side by side.
app.timer('maintenance', { schedule: '30 */15 * * * *', handler: async () => (await load()).maintain() });
app.timer('maintenance-soon', {
  schedule: '0 * * * * *',
  handler: async () => (await load()).maintainSoon(),
});
