import { Readable } from 'node:stream';
import type SmtpConnection from 'nodemailer/lib/smtp-connection';
import type { Clock } from '../base/clock.ts';
import { limits } from '../base/limits.ts';
import { isLoopback } from '../base/loopback.ts';
import type { Delivery, Mailbox, MailMessage, MailSender } from './mail-sender.ts';
import { rawMessage } from './raw-message.ts';

/** The server to which mails are submitted (RFC 6409). */
export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** True for TLS from the start; otherwise STARTTLS is used if the server offers it. */
  readonly secure: boolean;
  readonly credentials?: { readonly user: string; readonly pass: string };
}

interface SmtpOptions {
  readonly server: SmtpServer;
  readonly from: Mailbox;
  readonly now: Clock;
  /** Maximum time for one mail, in milliseconds. */
  readonly millisecondsMax?: number;
}

/** The progress of a mail. Before the stage `content` the server has nothing to deliver. */
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
  // Without this, an attacker in between could suppress STARTTLS and read the password.
  const requireTLS = credentials !== undefined && !isLoopback(host);
  return { host, port, secure, requireTLS, socketTimeout: millisecondsMax };
}

interface Submission extends Pick<SmtpOptions, 'server' | 'from'> {
  readonly message: MailMessage;
  readonly raw: Buffer;
  readonly progress: Progress;
}

/** Runs one SMTP session; answers the number of recipients that the server refused among others. */
async function submit(
  connection: SmtpConnection,
  { server: { credentials }, from, message, raw, progress }: Submission,
): Promise<number> {
  await answer<void>((done) => connection.connect(done));
  if (credentials) await answer((done) => connection.login({ credentials }, done));
  progress.stage = 'envelope';
  const envelope = { from: from.address, to: message.to.map(({ address }) => address) };
  // The content is read only after the server has agreed to accept it.
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

/** Awaits an exchange; rejects if the connection fails or the time is up. */
async function withinTime<T>(
  millisecondsMax: number,
  connection: SmtpConnection,
  exchange: Promise<T>,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const failure = new Promise<never>((_, reject) => {
    connection.on('error', reject);
    const late = Object.assign(new Error(`The mail server did not finish within ${millisecondsMax} ms`), {
      code: 'ETIMEDOUT',
    });
    timer = setTimeout(() => reject(late), millisecondsMax);
  });
  try {
    return await Promise.race([exchange, failure]);
  } finally {
    clearTimeout(timer);
  }
}

/** Maps a failure to a result. A mail that got 4xx or 5xx was not accepted (RFC 5321 4.2.1). */
function deliveryOf(thrown: unknown, { stage }: Progress): Delivery {
  const { responseCode, originalCode, code } = thrown as Record<string, unknown>;
  const reason = String(responseCode ?? originalCode ?? code ?? 'internal');
  if (stage === 'session') return { outcome: 'unreachable', reason };
  if (Number(responseCode) >= 500) return { outcome: 'refused', reason };
  const isUnsent = stage === 'envelope' || Number(responseCode) >= 400;
  return { outcome: isUnsent ? 'deferred' : 'unknown', reason };
}
