import * as z from 'zod';

/** A page of the product's own; what it is given opens an account, so that nobody may read it on the way. */
const linkUrl = z
  .url({ error: 'must be an address such as https://app.example.com/welcome?token={token}' })
  .regex(/^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1)(:\d+)?[/?])/, 'must begin with https://')
  .max(1_000)
  .includes('{token}', { error: 'must hold {token} where the token of the link goes' })
  .nullable()
  .default(null);

const mailsSchema = z.strictObject({
  administrators: z
    .array(z.email())
    .readonly()
    .default([])
    .describe('Addresses that reports and warnings go to.'),
  failures: z.boolean().default(false).describe('Whether administrators are told of runs with failures.'),
  invitation: z
    .boolean()
    .default(false)
    .describe('Whether new accounts are invited, and pending until their link is followed.'),
  welcome: z.boolean().default(false).describe('Whether new accounts are sent a welcome.'),
  passwordLink: z
    .boolean()
    .default(false)
    .describe('Whether new accounts are sent a link for setting a password; needs `passwordUrl`.'),
  activationUrl: linkUrl.describe(
    'The product’s own page for invitations, with `{token}`; null is our page.',
  ),
  passwordUrl: linkUrl.describe('The product’s page for setting a password, with `{token}`.'),
  keyExpiryDays: z
    .array(z.int().min(1).max(365))
    .readonly()
    .default([30, 7, 1])
    .describe('How many days before a key expires administrators are warned.'),
});

/** The section of a policy that says which mails are sent, and to whom. */
export const notificationsSchema = mailsSchema.refine(
  ({ passwordLink, passwordUrl }) => !passwordLink || passwordUrl !== null,
  {
    path: ['passwordUrl'],
    error: 'must be the product’s page for setting a password, which passwordLink needs',
  },
);
