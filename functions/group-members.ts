import { serveScim } from '../lib/app/serve.ts';
import { groupMemberPlaces } from '../lib/http/scim/scim-places.ts';

serveScim(groupMemberPlaces);
