import type { Clock } from '../base/clock.ts';
import type { Mailbox, MailSender } from './mail-sender.ts';
import type { SmtpServer } from './smtp-sender.ts';

/** The service that sends mails, and the mailbox of their sender. */
export type MailConfig = { readonly from: Mailbox } & (
  | { readonly kind: 'smtp'; readonly server: SmtpServer }
  /** Azure Communication Services, with a managed identity. */
  | { readonly kind: 'acs'; readonly endpoint: string; readonly clientId: string }
  /** A folder of this machine, for development. */
  | { readonly kind: 'folder'; readonly folder: string }
);

/** Creates the mail sender of the deployment; loads only the library that it needs. */
export async function openSender(config: MailConfig, now: Clock): Promise<MailSender> {
  const { from } = config;
  switch (config.kind) {
    case 'smtp': {
      const { createSmtpSender } = await import('./smtp-sender.ts');
      return createSmtpSender({ server: config.server, from, now });
    }
    case 'folder': {
      const { createFolderSender } = await import('./folder-sender.ts');
      return createFolderSender({ folder: config.folder, from, now });
    }
    case 'acs': {
      const [{ createAcsSender }, { ManagedIdentityCredential }, { createDefaultHttpClient }] =
        await Promise.all([
          import('./acs-sender.ts'),
          import('@azure/identity'),
          import('@azure/core-rest-pipeline'),
        ]);
      const { endpoint, clientId } = config;
      const credential = new ManagedIdentityCredential({ clientId });
      return createAcsSender({ endpoint, credential, from, http: createDefaultHttpClient() });
    }
  }
}
