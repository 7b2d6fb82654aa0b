import { app } from '@azure/functions';
import { maintain } from '../lib/app/maintenance.ts';

app.timer('maintenance', { schedule: '0 * * * * *', handler: maintain });
