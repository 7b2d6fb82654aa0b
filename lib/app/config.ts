import * as z from 'zod/mini';
import type { Rate } from '../base/token-buckets.ts';
import type { MailConfig } from '../mail/open-sender.ts';
import type { Trust } from '../tenants/trust.ts';
import { secretAddress } from './address.ts';
import { chooseMail, mailSettings } from './mail-config.ts';

const flag = (usual: 'true' | 'false') =>
  z.pipe(
    z._default(z.enum(['true', 'false'], { error: 'must be true or false' }), usual),
    z.transform((text) => text === 'true'),
  );

/** The schema of a text that may be left out but not be empty. `advice` says what to do instead. */
const filled = (advice: string) => z.optional(z.string().check(z.minLength(1, `is empty: ${advice}`)));

/** The schema of names separated by commas. */
function hosts(form: RegExp, { error, usual }: { error: string; usual: readonly string[] }) {
  return z.pipe(
    z.optional(z.string().check(z.regex(form, error))),
    z.transform((text) => text?.split(/, */) ?? usual),
  );
}

/** The schema of a setting that counts something. */
function count(what: string, { min, max, usual }: { min: number; max: number; usual: number }) {
  const error = `must be a number of ${what} from ${min} to ${max}, such as ${usual}`;
  const number = z.coerce.number({ error }).check(z.int(error), z.gte(min, error), z.lte(max, error));
  return z._default(number, usual);
}

/** The application in Entra ID that operators sign in to, and the values that its tokens must have. */
type OperatorConfig = Omit<Trust, 'subject'>;

const entraId = z.optional(
  z.pipe(
    z.guid({ error: 'must be an id of Entra ID, such as 5f0c9a52-0000-4000-8000-0123456789ab' }),
    z.transform((id) => id.toLowerCase()),
  ),
);

/** The settings for operators who sign in with Entra ID. */
const operatorSettings = (isAzure: boolean) => ({
  OPERATOR_TENANT_ID: entraId,
  OPERATOR_APP_ID: entraId,
  OPERATOR_AUTHORITY: z._default(
    secretAddress({
      what: 'the address of Entra ID, such as https://login.microsoftonline.com',
      isHttpAllowed: !isAzure,
    }),
    'https://login.microsoftonline.com',
  ),
});

const hostList = /^([a-z0-9.-]+|\[[0-9a-f:.]+\])(:\d+)?(, *([a-z0-9.-]+|\[[0-9a-f:.]+\])(:\d+)?)*$/;

const settingsSchema = (isAzure: boolean) =>
  z.object({
    MUSTER_DATA: filled('name the folder of the embedded database, such as .muster'),
    COSMOS_ENDPOINT: z.optional(
      secretAddress({
        what: 'the address of the account, such as https://muster.documents.azure.com',
        isHttpAllowed: !isAzure,
      }),
    ),
    COSMOS_DATABASE: z._default(
      z
        .string()
        .check(
          z.regex(/^[A-Za-z0-9_-]{1,255}$/, 'must be made of letters, digits, "-" and "_", such as muster'),
        ),
      'muster',
    ),
    COSMOS_KEY: filled('leave it out, or give the key of an emulator'),
    AZURE_CLIENT_ID: filled('leave it out, or give the id of an identity'),
    KEY_VAULT_URI: z.optional(
      secretAddress({ what: 'the address of the vault, such as https://muster.vault.azure.net' }),
    ),
    KEY_VAULT_TOKEN: filled('leave it out, or give a token for a stand-in'),
    PUBLIC_BASE_URL: secretAddress({
      what: 'the address that clients use, such as https://scim.example.com',
      isHttpAllowed: !isAzure,
    }),
    FEDERATION_HOSTS: hosts(/^[a-z0-9.-]+(:\d+)?(, *[a-z0-9.-]+(:\d+)?)*$/, {
      error: 'must be host names separated by commas, such as login.microsoftonline.com',
      usual: ['login.microsoftonline.com', 'sts.windows.net'],
    }),
    WEBHOOK_HOSTS: hosts(hostList, {
      error: 'must be host names separated by commas, each with its port unless that is 443',
      usual: [],
    }),
    ...operatorSettings(isAzure),
    MUSTER_PACKS: filled('name a folder of JSON files, or leave it out'),
    MUSTER_TEMPLATES: filled('name a folder of JSON files, or leave it out'),
    ...mailSettings,
    TENANT_AUDIT_DAYS: count('days', { min: 1, max: 3_650, usual: 730 }),
    TENANT_REQUESTS_PER_SECOND: count('requests', { min: 25, max: 10_000, usual: 50 }),
    TENANT_REQUESTS_BURST: count('requests', { min: 25, max: 100_000, usual: 1_000 }),
    MUSTER_COST_HEADER: flag('false'),
    FEED_ENABLED: flag('true'),
    MUSTER_LOG: z._default(
      z.enum(['debug', 'information', 'warning'], { error: 'must be debug, information or warning' }),
      'information',
    ),
    MUSTER_LOG_FORM: z._default(z.enum(['json', 'text'], { error: 'must be json or text' }), 'json'),
  });

/** The name of every setting. */
export const settingNames = Object.keys(settingsSchema(false).shape);

type Environment = Readonly<Record<string, string | undefined>>;
type Settings = z.infer<ReturnType<typeof settingsSchema>>;

/** The place of the data: a folder of this machine (or `:memory:`), or a Cosmos DB account. */
type StoreConfig =
  | { readonly engine: 'embedded'; readonly folder: string }
  | {
      readonly engine: 'cosmos';
      readonly endpoint: string;
      readonly database: string;
      /** The key of an emulator or an account for development, or the client id of a managed identity. */
      readonly access: { readonly key: string } | { readonly clientId: string };
    };

/** The place of the secrets: the store, or a Key Vault. */
type SecretsConfig =
  | { readonly kind: 'local' }
  | {
      readonly kind: 'vault';
      readonly uri: string;
      /** A token for a stand-in of Key Vault, or the client id of a managed identity. */
      readonly access: { readonly token: string } | { readonly clientId: string };
    };

/** The settings of one deployment. */
interface Config {
  readonly store: StoreConfig;
  readonly secrets: SecretsConfig;
  /** `https://host`, without a path. */
  readonly publicBaseUrl: string;
  /** Hosts from which signing keys of other issuers may be fetched, each with its port unless that is 443. */
  readonly federationHosts: readonly string[];
  /** Hosts to which webhooks go wherever they are and without TLS, each with its port unless that is 443. */
  readonly webhookHosts: readonly string[];
  /** The application that issues operators' tokens; `undefined` if operators can only use function keys. */
  readonly operators: OperatorConfig | undefined;
  /** A folder with the deployment's packs. */
  readonly packsFolder: string | undefined;
  /** The way mails are sent; `undefined` if none are sent. */
  readonly mail: MailConfig | undefined;
  /** A folder with mail templates that replace those of Muster. */
  readonly templatesFolder: string | undefined;
  /** Days for which the creation and deletion of tenants stay recorded. */
  readonly tenantAuditDays: number;
  /** The requests that each tenant may send to one instance while others wait. */
  readonly tenantRate: Rate;
  /** Enters changes into feeds, which products read. */
  readonly feedEnabled: boolean;
  /** Adds the header `x-muster-cost` to responses. */
  readonly showCost: boolean;
  readonly logLevel: 'debug' | 'information' | 'warning';
  /** JSON lines, or text for a person at a terminal. */
  readonly logForm: 'json' | 'text';
}

/** Reads the settings from the environment. Throws an Error whose message names every wrong setting. */
export function readConfig(environment: Environment = process.env): Config {
  const { data, error } = settingsSchema(runsInAzure(environment)).safeParse(environment);
  const malformed = error?.issues.map(({ path, message }) => `${path.join('.')} ${message}`) ?? [];
  const store = chooseStore(environment, data);
  const secrets = chooseSecrets(environment, data, store);
  const mail = chooseMail(environment, data, runsInAzure(environment));
  const operators = chooseOperators(data);
  const chosen = [store, secrets, mail, operators];
  if (!data || !isChosen(store) || !isChosen(secrets) || !isChosen(mail) || !isChosen(operators)) {
    const missing = new Set(chosen.filter((one) => !isChosen(one)));
    throw new Error(`Cannot start with these settings: ${[...malformed, ...missing].join('; ')}`);
  }
  return Object.freeze({
    store,
    secrets,
    publicBaseUrl: data.PUBLIC_BASE_URL,
    federationHosts: data.FEDERATION_HOSTS,
    webhookHosts: data.WEBHOOK_HOSTS,
    operators,
    packsFolder: data.MUSTER_PACKS,
    mail,
    templatesFolder: data.MUSTER_TEMPLATES,
    tenantAuditDays: data.TENANT_AUDIT_DAYS,
    tenantRate: { perSecond: data.TENANT_REQUESTS_PER_SECOND, burst: data.TENANT_REQUESTS_BURST },
    feedEnabled: data.FEED_ENABLED,
    showCost: data.MUSTER_COST_HEADER,
    logLevel: data.MUSTER_LOG,
    logForm: data.MUSTER_LOG_FORM,
  });
}

/** Distinguishes a choice from the error message in its place. */
function isChosen<T>(chosen: T | string): chosen is T {
  return typeof chosen !== 'string';
}

/**
 * Chooses the engine, or returns a message about the setting to change. A folder is refused in Azure, where
 * it would be lost with its instance.
 */
function chooseStore(environment: Environment, data: Settings | undefined): StoreConfig | string {
  const { MUSTER_DATA: folder, COSMOS_ENDPOINT: endpoint, COSMOS_KEY: key } = environment;
  const { AZURE_CLIENT_ID: clientId } = environment;
  const isAzure = runsInAzure(environment);
  const { COSMOS_DATABASE: database = '', COSMOS_ENDPOINT: address = '' } = data ?? {};
  if (!endpoint) {
    if (isAzure || key) return `COSMOS_ENDPOINT is not set: ${endpointAdvice}`;
    return folder ? { engine: 'embedded', folder } : `MUSTER_DATA is not set: ${folderAdvice}`;
  }
  if (isAzure && key) return `COSMOS_KEY is for emulators and development: ${identityAdvice}`;
  if (key) return { engine: 'cosmos', endpoint: address, database, access: { key } };
  if (clientId) return { engine: 'cosmos', endpoint: address, database, access: { clientId } };
  return `AZURE_CLIENT_ID is not set: ${identityAdvice}`;
}

/**
 * Chooses the place of the secrets, or returns a message about the setting to change. A deployment with a
 * managed identity needs a vault.
 */
function chooseSecrets(
  environment: Environment,
  data: Settings | undefined,
  store: StoreConfig | string,
): SecretsConfig | string {
  const { COSMOS_ENDPOINT: endpoint, COSMOS_KEY: key, AZURE_CLIENT_ID: clientId } = environment;
  const { KEY_VAULT_URI: uri, KEY_VAULT_TOKEN: token } = environment;
  const isAzure = runsInAzure(environment);
  if (isAzure && token) return `KEY_VAULT_TOKEN is for stand-ins of Key Vault: ${identityAdvice}`;
  if (!uri) {
    const isNeeded = token || isAzure || (endpoint && !key);
    return isNeeded ? `KEY_VAULT_URI is not set: ${vaultAdvice}` : { kind: 'local' };
  }
  if (typeof store !== 'string' && store.engine === 'embedded') {
    return `KEY_VAULT_URI does not go with MUSTER_DATA: ${embeddedAdvice}`;
  }
  const address = data?.KEY_VAULT_URI ?? '';
  if (token) return { kind: 'vault', uri: address, access: { token } };
  if (clientId) return { kind: 'vault', uri: address, access: { clientId } };
  if (key) return `KEY_VAULT_TOKEN is not set: ${tokenAdvice}`;
  return `AZURE_CLIENT_ID is not set: ${identityAdvice}`;
}

function runsInAzure(environment: Environment): boolean {
  return azureVariables.some((name) => environment[name]);
}

/** Azure sets at least one of these in every function app. Which ones depends on the plan. */
const azureVariables = ['WEBSITE_INSTANCE_ID', 'WEBSITE_SKU', 'LEGION_SERVICE_HOST'];

const endpointAdvice = 'give the address of the account, such as https://muster.documents.azure.com';
const folderAdvice = 'name the folder of the embedded database, such as .muster';
const vaultAdvice = 'give the address of the vault, such as https://muster.vault.azure.net';
const tokenAdvice =
  'give a token that a stand-in of Key Vault accepts, such as any, ' +
  'or for a vault in Azure AZURE_CLIENT_ID, such as 5f0c9a52-0000-4000-8000-0123456789ab';
const embeddedAdvice =
  'secrets are kept in its folder, so leave KEY_VAULT_URI out, ' +
  'or set COSMOS_ENDPOINT to the address of an account, such as https://muster.documents.azure.com';
const identityAdvice =
  'name the client id of a managed identity with access to account and vault instead, ' +
  'such as 5f0c9a52-0000-4000-8000-0123456789ab';

type OperatorSettings = z.infer<z.ZodMiniObject<ReturnType<typeof operatorSettings>>>;

/** Chooses the operators' application, or returns a message about a missing setting; `undefined` if unset. */
function chooseOperators(settings: OperatorSettings | undefined): OperatorConfig | string | undefined {
  const { OPERATOR_TENANT_ID: tenantId, OPERATOR_APP_ID: audience, OPERATOR_AUTHORITY } = settings ?? {};
  if (!tenantId && !audience) return undefined;
  if (!tenantId) return `OPERATOR_TENANT_ID is not set: ${advice}`;
  if (!audience) return `OPERATOR_APP_ID is not set: ${advice}`;
  const authority = `${OPERATOR_AUTHORITY}/${tenantId}`;
  return { issuer: `${authority}/v2.0`, audience, tenantId, jwksUri: `${authority}/discovery/v2.0/keys` };
}

const advice = 'set the ids of both the tenant and the application that operators sign in to, or neither';
