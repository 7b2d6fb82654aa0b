import type { Client } from './client.ts';
import { authentik } from './clients/authentik.ts';
import { google } from './clients/google.ts';
import { jumpCloud } from './clients/jumpcloud.ts';
import { keycloak } from './clients/keycloak.ts';
import { okta } from './clients/okta.ts';
import { oneLogin } from './clients/onelogin.ts';

type About = Omit<Client, 'connection' | 'phases'>;

/** Entra ID's client, whose phases are those of `npm run entra`. */
const entra: About = {
  title: 'Entra ID',
  profile: 'entra',
  sources: 'Microsoft Learn: develop a SCIM endpoint, known issues with SCIM 2.0 protocol compliance',
};

export const clientNames = [
  'okta',
  'onelogin',
  'jumpcloud',
  'google',
  'authentik',
  'keycloak',
  'entra',
] as const;
export type ClientName = (typeof clientNames)[number];

/** The clients beside Entra ID's. */
export const clients: Readonly<Record<Exclude<ClientName, 'entra'>, Client>> = {
  okta,
  onelogin: oneLogin,
  jumpcloud: jumpCloud,
  google,
  authentik,
  keycloak,
};

/** Says what is known of a client. */
export function aboutClient(name: ClientName): About {
  return name === 'entra' ? entra : clients[name];
}
