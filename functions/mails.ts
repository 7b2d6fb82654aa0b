import { app } from '@azure/functions';
import { deliverMails } from '../lib/app/maintenance.ts';

app.timer('mails', { schedule: '30 * * * * *', handler: deliverMails });
