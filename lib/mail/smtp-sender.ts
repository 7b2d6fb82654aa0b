import { Readable } from 'node:stream';
import type SmtpConnection from 'nodemailer/lib/smtp-connection';
import type { Clock } from '../base/clock.ts';
import { limits } from '../base/limits.ts';
import type { Delivery, Mailbox, MailMessage, MailSender } from './mail-sender.ts';
import { rawMessage } from './raw-message.ts';

/** Where mails are submitted (RFC 6409). */
export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** Whether TLS comes first; otherwise it follows by STARTTLS where the server offers it. */
  readonly secure: boolean;
  readonly credentials?: { readonly user: string; readonly pass: string };
}

interface SmtpOptions {
  readonly server: SmtpServer;
  readonly from: Mailbox;
  readonly now: Clock;
  /** What one mail may take. */
  readonly millisecondsMax?: number;
}

/** How far a mail has come: before `content` the server has nothing that it could deliver. */
interface Progress {
  stage: 'session' | 'envelope' | 'content';
}

/** Sends mails over SMTP (RFC 5321), each over a connection of its own. */
export function createSmtpSender({
  server,
  from,
  now,
  millisecondsMax = limits.mailSendSecondsMax * 1_000,
}: SmtpOptions): MailSender {
  return {
    async send(message) {
      const raw = await rawMessage(message, { from, date: now() });
      const { default: Connection } = await import('nodemailer/lib/smtp-connection');
      const connection = new Connection(optionsOf(server, millisecondsMax));
      const progress: Progress = { stage: 'session' };
      try {
        const exchange = submit(connection, { server, from, message, raw, progress });
        const refused = await withinTime(millisecondsMax, connection, exchange);
        connection.quit();
        return { outcome: 'accepted', refused };
      } catch (thrown) {
        connection.close();
        return deliveryOf(thrown, progress);
      }
    },
  };
}

function optionsOf({ host, port, secure, credentials }: SmtpServer, millisecondsMax: number) {
  // Who stands between could take STARTTLS out of what the server offers, and read the password.
  const requireTLS = credentials !== undefined && !/^(localhost|127\.0\.0\.1|::1)$/.test(host);
  return { host, port, secure, requireTLS, socketTimeout: millisecondsMax };
}

interface Submission extends Pick<SmtpOptions, 'server' | 'from'> {
  readonly message: MailMessage;
  readonly raw: Buffer;
  readonly progress: Progress;
}

/** Goes through one SMTP session; yields how many recipients the server refused while it took others. */
async function submit(
  connection: SmtpConnection,
  { server: { credentials }, from, message, raw, progress }: Submission,
): Promise<number> {
  await answer<void>((done) => connection.connect(done));
  if (credentials) await answer((done) => connection.login({ credentials }, done));
  progress.stage = 'envelope';
  const envelope = { from: from.address, to: message.to.map(({ address }) => address) };
  // The server has agreed to take the content when it is read.
  const content = new Readable({
    read() {
      progress.stage = 'content';
      this.push(raw);
      this.push(null);
    },
  });
  const { rejected } = await answer<{ readonly rejected: readonly string[] }>((done) =>
    connection.send(envelope, content, done),
  );
  return rejected.length;
}

function answer<T>(ask: (done: (error?: Error | null, result?: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    ask((error, result) => (error ? reject(error) : resolve(result as T)));
  });
}

/** Rejects when the connection fails, or when all of it takes too long. */
async function withinTime<T>(
  millisecondsMax: number,
  connection: SmtpConnection,
  exchange: Promise<T>,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const failure = new Promise<never>((_, reject) => {
    connection.on('error', reject);
    const late = Object.assign(new Error('The mail server is too slow'), { code: 'ETIMEDOUT' });
    timer = setTimeout(() => reject(late), millisecondsMax);
  });
  try {
    return await Promise.race([exchange, failure]);
  } finally {
    clearTimeout(timer);
  }
}

/** What a failure means (RFC 5321 4.2.1): a server that has answered with 4 or 5 has not accepted the mail. */
function deliveryOf(thrown: unknown, { stage }: Progress): Delivery {
  const { responseCode, originalCode, code } = thrown as Record<string, unknown>;
  const reason = String(responseCode ?? originalCode ?? code ?? 'internal');
  if (stage === 'session') return { outcome: 'unreachable', reason };
  if (Number(responseCode) >= 500) return { outcome: 'refused', reason };
  const isUnsent = stage === 'envelope' || Number(responseCode) >= 400;
  return { outcome: isUnsent ? 'deferred' : 'unknown', reason };
}
