import * as z from 'zod';

/** The address of a page of the product. Its token opens an account, so it must be sent over HTTPS. */
const linkUrl = z
  .url({ error: 'must be an address such as https://app.example.com/welcome?token={token}' })
  .regex(/^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1)(:\d+)?[/?])/, 'must begin with https://')
  .max(1_000)
  .includes('{token}', { error: 'must contain {token}, which is replaced by the token of the link' })
  .nullable()
  .default(null);

const mailsSchema = z.strictObject({
  administrators: z
    .array(z.email())
    .readonly()
    .default([])
    .describe('E-mail addresses that get reports and warnings.'),
  administratorRoles: z
    .array(z.string().trim().min(1).max(100))
    .readonly()
    .default([])
    .describe('Active accounts with these roles get the same reports and warnings.'),
  product: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .nullable()
    .default(null)
    .describe('Name of the product in mails and on pages for users; null means the name of the tenant.'),
  failures: z
    .boolean()
    .default(false)
    .describe('If true, administrators get a report on each run with failures.'),
  invitation: z
    .boolean()
    .default(false)
    .describe('If true, a new account gets an invitation and is pending until its owner follows the link.'),
  welcome: z.boolean().default(false).describe('If true, a new account gets a welcome mail.'),
  passwordLink: z
    .boolean()
    .default(false)
    .describe('If true, a new account gets a link for setting a password; needs `passwordUrl`.'),
  activationUrl: linkUrl.describe(
    'Address of the product’s page for invitations, with `{token}`; null means the page of Muster.',
  ),
  passwordUrl: linkUrl.describe('Address of the product’s page for setting a password, with `{token}`.'),
  keyExpiryDays: z
    .array(z.int().min(1).max(365))
    .readonly()
    .default([30, 7, 1])
    .describe('Administrators get a warning this many days before a key expires.'),
});

/** The section of a policy on mails: the kinds that are sent, and their recipients. */
export const notificationsSchema = mailsSchema.refine(
  ({ passwordLink, passwordUrl }) => !passwordLink || passwordUrl !== null,
  {
    path: ['passwordUrl'],
    error: 'must be the address of the product’s page for setting a password, because passwordLink is true',
  },
);
