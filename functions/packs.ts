import { servePacks } from '../lib/app/serve.ts';

servePacks();
