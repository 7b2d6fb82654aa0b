import * as z from 'zod';

/** The application in Entra ID that operators sign in to, and the values that its tokens must have. */
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

/** The settings for operators who sign in with Entra ID. */
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

/** Chooses the operators' application, or returns a message about a missing setting; `undefined` if unset. */
export function chooseOperators(settings: OperatorSettings | undefined): OperatorConfig | string | undefined {
  const { OPERATOR_TENANT_ID: tenantId, OPERATOR_APP_ID: audience, OPERATOR_AUTHORITY } = settings ?? {};
  if (!tenantId && !audience) return undefined;
  if (!tenantId) return `OPERATOR_TENANT_ID is not set: ${advice}`;
  if (!audience) return `OPERATOR_APP_ID is not set: ${advice}`;
  const authority = `${OPERATOR_AUTHORITY}/${tenantId}`;
  return { issuer: `${authority}/v2.0`, audience, tenantId, jwksUri: `${authority}/discovery/v2.0/keys` };
}

const advice = 'set the ids of both the tenant and the application that operators sign in to, or neither';
