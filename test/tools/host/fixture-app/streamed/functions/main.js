import { app } from '@azure/functions';
import { registerFunctions } from '../../register.js';

app.setup({ enableHttpStream: true });
registerFunctions();
