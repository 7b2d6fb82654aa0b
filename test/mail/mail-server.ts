import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';

/** A mail that has come whole, whether its sender was told so or not. */
export interface Received {
  readonly from: string;
  readonly to: readonly string[];
  /** Headers and content, as they came. */
  readonly raw: string;
}

/** What happens to mails: an answer with a code, or the connection breaks; `afterContent` the mail has come whole. */
export type MailFault =
  | { readonly at: 'greeting' | 'login' | 'sender' | 'recipient' | 'content'; readonly code: number }
  | { readonly at: 'recipient' | 'afterContent'; readonly lost: true }
  /** No answer at all. */
  | { readonly at: 'afterContent'; readonly silent: true };

export interface MailServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly received: readonly Received[];
  /** How often somebody connected. */
  sessions(): number;
  /** The user and password that were given. */
  readonly logins: readonly string[];
  /** Says what befalls mails from now on; addresses may be spared. */
  befall(fault: MailFault | undefined, spared?: readonly string[]): void;
}

/** Starts a mail server on a free port of this machine, which takes every mail unless told otherwise. */
export async function startMailServer(): Promise<MailServer> {
  const received: Received[] = [];
  const logins: string[] = [];
  const sockets = new Set<Socket>();
  let [fault, spared, sessions]: [MailFault | undefined, readonly string[], number] = [undefined, [], 0];
  const breakAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  const at = (place: MailFault['at'], done: (error?: Error | null) => void) => {
    if (fault?.at !== place) return done();
    if ('lost' in fault) return breakAll();
    if ('code' in fault) done(Object.assign(new Error(`No thanks, ${place}`), { responseCode: fault.code }));
  };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onConnect: (_, done) => at('greeting', done),
    onAuth({ username, password }, _, done) {
      logins.push(`${username}:${password}`);
      at('login', (error) => done(error ?? null, { user: username }));
    },
    onMailFrom: (_, __, done) => at('sender', done),
    onRcptTo: ({ address }, _, done) => (spared.includes(address) ? done() : at('recipient', done)),
    async onData(stream, { envelope: { mailFrom, rcptTo } }, done) {
      const raw = await text(stream);
      if (fault?.at === 'content') return at('content', done);
      const to = rcptTo.map(({ address }) => address);
      received.push({ from: mailFrom ? mailFrom.address : '', to, raw });
      at('afterContent', done);
    },
  });
  server.on('error', () => undefined);
  server.server.on('connection', (socket: Socket) => {
    sessions += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${port}`,
    ...{ port, received, logins },
    sessions: () => sessions,
    befall(next, others = []) {
      [fault, spared] = [next, others];
    },
    async [Symbol.asyncDispose]() {
      breakAll();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
