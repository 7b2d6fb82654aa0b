import { serveScim } from '../lib/app/serve.ts';
import { searchPlaces } from '../lib/http/scim/scim-places.ts';

serveScim(searchPlaces);
