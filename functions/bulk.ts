import { serveScim } from '../lib/app/serve.ts';
import { bulkPlaces } from '../lib/http/scim/scim-places.ts';

serveScim(bulkPlaces);
