import * as z from 'zod/mini';
import type { Mailbox } from '../mail/mail-sender.ts';
import type { MailConfig } from '../mail/open-sender.ts';
import type { SmtpServer } from '../mail/smtp-sender.ts';
import { secretAddress } from './address.ts';

const smtpAdvice = 'must be the address of a mail server, such as smtps://user:password@mail.example.com';

/** The settings for sending mails. */
export const mailSettings = {
  MAIL_SMTP_URL: z.optional(
    z.pipe(z.url({ protocol: /^smtps?$/, error: smtpAdvice }), z.transform(smtpConfig)),
  ),
  MAIL_ACS_ENDPOINT: z.optional(
    secretAddress({
      what: 'the endpoint of the resource, such as https://muster.europe.communication.azure.com',
    }),
  ),
  MAIL_FROM: z.optional(
    z.pipe(
      z
        .string()
        .check(
          z.regex(
            /^([^\s<>@,;"]+@[^\s<>@,;"]+|[^<>"\r\n]*<[^\s<>@,;"]+@[^\s<>@,;"]+>)$/,
            'must be an address such as noreply@example.com, or a name and an address: Contoso <noreply@example.com>',
          ),
        ),
      z.transform(mailbox),
    ),
  ),
  MAIL_FOLDER: z.optional(
    z.string().check(z.minLength(1, 'is empty: name a folder for mails, or leave it out')),
  ),
};

type MailSettings = z.infer<z.ZodMiniObject<typeof mailSettings>>;
type Environment = Readonly<Record<string, string | undefined>>;

/** Chooses how to send mails, or returns a message about the wrong setting; `undefined` if none are sent. */
export function chooseMail(
  environment: Environment,
  settings: MailSettings | undefined,
  isAzure: boolean,
): MailConfig | string | undefined {
  const fault = faultIn(environment, isAzure);
  if (fault !== undefined || !settings) return fault;
  const { MAIL_SMTP_URL: server, MAIL_ACS_ENDPOINT: endpoint, MAIL_FOLDER: folder } = settings;
  const { MAIL_FROM: from = { address: 'muster@localhost' } } = settings;
  if (server) return { kind: 'smtp', server, from };
  if (endpoint) return { kind: 'acs', endpoint, clientId: environment.AZURE_CLIENT_ID ?? '', from };
  return folder === undefined ? undefined : { kind: 'folder', folder, from };
}

function faultIn(environment: Environment, isAzure: boolean): string | undefined {
  const {
    MAIL_SMTP_URL: url,
    MAIL_ACS_ENDPOINT: endpoint,
    MAIL_FROM: from,
    MAIL_FOLDER: folder,
  } = environment;
  if (url && endpoint) return 'MAIL_SMTP_URL and MAIL_ACS_ENDPOINT are both set: leave one out';
  if ((url || endpoint) && !from) {
    return 'MAIL_FROM is not set: give the address that mails come from, such as noreply@example.com';
  }
  if (endpoint && !environment.AZURE_CLIENT_ID) {
    return 'AZURE_CLIENT_ID is not set: MAIL_ACS_ENDPOINT needs a managed identity that may send mails';
  }
  if (isAzure && folder && !url && !endpoint) {
    return 'MAIL_FOLDER is for one machine: set MAIL_SMTP_URL or MAIL_ACS_ENDPOINT instead';
  }
  return undefined;
}

function smtpConfig(text: string, payload: z.core.ParsePayload): SmtpServer {
  const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(text);
  const secure = protocol === 'smtps:';
  const isBare = /^\/?$/.test(pathname) && search + hash === '';
  if (hostname === '' || !isBare) addIssue(payload, smtpAdvice);
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: Number(port) || (secure ? 465 : 587),
    secure,
    credentials:
      username === '' ? undefined : { user: decode(username, payload), pass: decode(password, payload) },
  };
}

function addIssue({ issues, value }: z.core.ParsePayload, message: string): void {
  issues.push({ code: 'custom', input: value, message });
}

function decode(part: string, payload: z.core.ParsePayload): string {
  try {
    return decodeURIComponent(part);
  } catch {
    addIssue(payload, 'must have % written as %25 in its user and password');
    return '';
  }
}

function mailbox(text: string): Mailbox {
  const [, name = '', address = text] = /^([^<]*)<(.+)>$/.exec(text) ?? [];
  return name.trim() === '' ? { address } : { address, name: name.trim() };
}
