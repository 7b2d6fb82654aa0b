import * as z from 'zod';

/** An application in a tenant of Entra ID, and how its tokens are recognised. */
export interface OperatorConfig {
  readonly issuer: string;
  readonly audience: string;
  readonly tenantId: string;
  readonly jwksUri: string;
}

const entraId = z
  .guid({ error: 'must be an id of Entra ID, such as 5f0c9a52-0000-4000-8000-0123456789ab' })
  .transform((id) => id.toLowerCase())
  .optional();

/** The settings that operators sign in by. */
export const operatorSettings = {
  OPERATOR_TENANT_ID: entraId,
  OPERATOR_APP_ID: entraId,
  OPERATOR_AUTHORITY: z
    .url({ error: 'must be the address of Entra ID, such as https://login.microsoftonline.com' })
    .regex(/^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1)(:\d+)?(\/|$))/, 'must begin with https://')
    .transform((url) => url.replace(/\/+$/, ''))
    .default('https://login.microsoftonline.com'),
};

type OperatorSettings = z.infer<z.ZodObject<typeof operatorSettings>>;

/** Chooses whose tokens operators present, or says which setting is missing; `undefined` where there are none. */
export function chooseOperators(settings: OperatorSettings | undefined): OperatorConfig | string | undefined {
  const { OPERATOR_TENANT_ID: tenantId, OPERATOR_APP_ID: audience, OPERATOR_AUTHORITY } = settings ?? {};
  if (!tenantId && !audience) return undefined;
  if (!tenantId) return `OPERATOR_TENANT_ID is not set: ${advice}`;
  if (!audience) return `OPERATOR_APP_ID is not set: ${advice}`;
  const authority = `${OPERATOR_AUTHORITY}/${tenantId}`;
  return { issuer: `${authority}/v2.0`, audience, tenantId, jwksUri: `${authority}/discovery/v2.0/keys` };
}

const advice = 'operators sign in to an application in a tenant, so give the ids of both, or of neither';
