import { app } from '@azure/functions';
import { maintain } from '../lib/upkeep.ts';

app.timer('maintenance', { schedule: '0 * * * * *', handler: maintain });
