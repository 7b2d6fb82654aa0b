import { deploy, type Resource } from './deploy.ts';
import type { Fields, Value } from './evaluate.ts';
import { isFields } from './evaluate.ts';

/** The deployments that the rules are held to: every condition of the templates is met and not met. */
export const variants: Readonly<Record<string, Fields>> = {
  'the smallest deployment': { environmentName: 'dev' },
  'the largest deployment': {
    environmentName: 'Prod_West',
    publicBaseUrl: 'https://scim.example.com',
    alwaysReadyInstances: 1,
    settings: { MUSTER_COST_HEADER: 'true', COSMOS_DATABASE: 'of-somebody-else' },
    cosmosAccountName: 'cosmos-restored',
    maximumThroughput: 4500,
    backupTier: 'Continuous30Days',
    indexAllAttributes: true,
    alertEmail: 'operators@example.com',
    zoneRedundant: true,
    privateNetwork: true,
  },
};

const made = new Map<Fields, ReturnType<typeof deploy>>();

/** What main.bicep creates from these arguments. */
export function deployed(given: Fields = { environmentName: 'dev' }): ReturnType<typeof deploy> {
  const deployment = made.get(given) ?? deploy('infra/main.bicep', given);
  made.set(given, deployment);
  return deployment;
}

/** The resources of a type, such as `Microsoft.Web/sites`. */
export function resourcesOf(type: string, given?: Fields): readonly Resource[] {
  return deployed(given).resources.filter((resource) => resource.type === type);
}

/** The value at a path of a resource's body, such as `properties.siteConfig.minTlsVersion`. */
export function valueAt({ body }: Resource, path: string): Value | undefined {
  return path
    .split('.')
    .reduce<Value | undefined>((value, name) => (isFields(value) ? value[name] : undefined), body);
}
