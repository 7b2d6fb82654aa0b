import { serveFallback } from '../lib/app/serve.ts';

serveFallback('zz-fallback');
