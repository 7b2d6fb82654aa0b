import { app } from '@azure/functions';
import { maintain, maintainSoon } from '../lib/app/maintenance.ts';

// Half a minute apart, so that the two do not do the same work side by side.
app.timer('maintenance', { schedule: '30 */15 * * * *', handler: maintain });
app.timer('maintenance-soon', { schedule: '0 * * * * *', handler: maintainSoon });
