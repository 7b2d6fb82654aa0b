import { authentikGuide } from './en/authentik.ts';
import { entraGuide } from './en/entra.ts';
import { googleGuide } from './en/google.ts';
import { jumpcloudGuide } from './en/jumpcloud.ts';
import { keycloakGuide } from './en/keycloak.ts';
import { oktaGuide } from './en/okta.ts';
import { oneloginGuide } from './en/onelogin.ts';
import { otherGuide } from './en/other.ts';
import { shared } from './en/shared.ts';
import type { Provider, ProviderId } from './provider.ts';
import { authentikProvider } from './providers/authentik.ts';
import { entraProvider } from './providers/entra.ts';
import { googleProvider } from './providers/google.ts';
import { jumpcloudProvider } from './providers/jumpcloud.ts';
import { keycloakProvider } from './providers/keycloak.ts';
import { oktaProvider } from './providers/okta.ts';
import { oneloginProvider } from './providers/onelogin.ts';
import { otherProvider } from './providers/other.ts';
import type { GuideTexts, SharedTexts } from './texts.ts';

/** The facts about each identity provider. */
export const providers: Readonly<Record<ProviderId, Provider>> = {
  entra: entraProvider,
  okta: oktaProvider,
  onelogin: oneloginProvider,
  jumpcloud: jumpcloudProvider,
  google: googleProvider,
  authentik: authentikProvider,
  keycloak: keycloakProvider,
  other: otherProvider,
};

/** All texts of the guides in one language. */
interface Catalogue {
  readonly shared: SharedTexts;
  readonly guides: Readonly<Record<ProviderId, GuideTexts>>;
}

/** The texts of the guides, by language. A further language is a further property here and a folder beside `en`. */
export const catalogues: Readonly<Record<'en', Catalogue>> = {
  en: {
    shared,
    guides: {
      entra: entraGuide,
      okta: oktaGuide,
      onelogin: oneloginGuide,
      jumpcloud: jumpcloudGuide,
      google: googleGuide,
      authentik: authentikGuide,
      keycloak: keycloakGuide,
      other: otherGuide,
    },
  },
};
