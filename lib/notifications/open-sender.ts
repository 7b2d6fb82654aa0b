import type { MailConfig } from '../mail-config.ts';
import type { MailSender } from './mail-sender.ts';

/** Makes what the deployment sends its mails by; only that is loaded. */
export async function openSender(config: MailConfig, now: () => number): Promise<MailSender> {
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
