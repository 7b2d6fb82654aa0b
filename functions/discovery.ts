import { serveScim } from '../lib/app/serve.ts';
import { discoveryPlaces } from '../lib/http/scim/scim-places.ts';

serveScim(discoveryPlaces);
