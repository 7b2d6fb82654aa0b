import { serveScim } from '../lib/app/serve.ts';
import { mePlaces } from '../lib/http/scim/scim-places.ts';

serveScim(mePlaces);
