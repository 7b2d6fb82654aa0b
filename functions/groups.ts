import { serveScim } from '../lib/app/serve.ts';
import { groupPlaces } from '../lib/http/scim/scim-places.ts';

serveScim(groupPlaces);
