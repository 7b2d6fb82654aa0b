import * as z from 'zod';

/** An attribute path, such as `name.givenName`. */
export const attributePath = z.string().min(1).max(200);

const federatedSchema = z.strictObject({
  issuer: z
    .url({ protocol: /^https$/, error: 'must be an address that begins with https://' })
    .max(500)
    .refine((text) => !/[?#]/.test(text), 'must have neither ? nor #')
    .describe('Exact issuer (`iss`) of the tokens with which people sign in.'),
  subject: attributePath.describe('The attribute of the user that holds the subject at the issuer.'),
});

/** The setting that says what accounts have as login. */
export const loginSchema = z
  .union(
    [z.enum(['userName', 'email', 'mailbox', 'externalId']), z.strictObject({ federated: federatedSchema })],
    {
      error:
        'must be "userName", "email", "mailbox", "externalId", or an object such as ' +
        '{"federated": {"issuer": "https://login.example.com", "subject": "externalId"}}',
    },
  )
  .describe(
    'Login of an account: the userName, the work e-mail, the work e-mail without its domain (`mailbox`), the ' +
      'externalId, or a subject at an issuer (`federated`), where `subject` is the attribute of the user with it.',
  );

/** The attribute of the user from which a login is made. */
export type LoginSetting = Readonly<z.infer<typeof loginSchema>>;

/** The kinds of logins. */
export const loginKinds = ['userName', 'email', 'mailbox', 'externalId', 'federated'] as const;

/** The kind of login that a setting stands for. */
export function loginKindOf(setting: LoginSetting): (typeof loginKinds)[number] {
  return typeof setting === 'string' ? setting : 'federated';
}

/** The attribute path of a login that compares exactly; `undefined` for other logins. */
export function exactPathOf(setting: LoginSetting): string | undefined {
  if (typeof setting === 'object') return setting.federated.subject;
  return setting === 'externalId' ? setting : undefined;
}
