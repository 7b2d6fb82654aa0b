import { serveScim } from '../lib/app/serve.ts';
import { userPlaces } from '../lib/http/scim/scim-places.ts';

serveScim(userPlaces);
