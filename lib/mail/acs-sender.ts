import { AsyncLocalStorage } from 'node:async_hooks';
import type { EmailClient, EmailMessage } from '@azure/communication-email';
import type { HttpClient, PipelineResponse } from '@azure/core-rest-pipeline';
import type { TokenCredential } from '@azure/identity';
import { limits } from '../base/limits.ts';
import type { Delivery, Mailbox, MailMessage, MailSender } from './mail-sender.ts';
import { internetMessageId, machineHeaders } from './raw-message.ts';

interface AcsOptions {
  /** Address of the resource, such as `https://muster.europe.communication.azure.com`. */
  readonly endpoint: string;
  readonly credential: TokenCredential;
  readonly from: Mailbox;
  /** The client that sends the HTTP requests. */
  readonly http: HttpClient;
  /** Maximum time for one mail, in milliseconds. */
  readonly millisecondsMax?: number;
}

/** The request that submits a mail, and its response. The SDK's own errors say too little about them. */
interface Exchange {
  isSent: boolean;
  response?: PipelineResponse;
}

const exchanges = new AsyncLocalStorage<Exchange>();

/** Sends mails by Azure Communication Services, whose API accepts a mail with 202. */
export async function createAcsSender({
  endpoint,
  credential,
  from,
  http,
  millisecondsMax = limits.mailSendSecondsMax * 1_000,
}: AcsOptions): Promise<MailSender> {
  const { EmailClient } = await import('@azure/communication-email');
  const client = new EmailClient(endpoint, credential, {
    httpClient: recording(http),
    // Only the outbox knows which attempts may be repeated.
    retryOptions: { maxRetries: 0 },
  });
  return {
    send: (message) => handOver(client, emailOf(message, from), AbortSignal.timeout(millisecondsMax)),
  };
}

async function handOver(
  client: EmailClient,
  email: EmailMessage,
  abortSignal: AbortSignal,
): Promise<Delivery> {
  const exchange: Exchange = { isSent: false };
  try {
    await exchanges.run(exchange, () => client.beginSend(email, { abortSignal }));
    return { outcome: 'accepted' };
  } catch (thrown) {
    return deliveryOf(thrown, exchange);
  }
}

function emailOf({ id, to, subject, text, html }: MailMessage, from: Mailbox): EmailMessage {
  return {
    senderAddress: from.address,
    content: { subject, plainText: text, html },
    recipients: { to: to.map(({ address, name: displayName = '' }) => ({ address, displayName })) },
    headers: { ...machineHeaders, 'Message-ID': internetMessageId(id, from) },
    disableUserEngagementTracking: true,
  };
}

/** Records the response to the mail itself. The SDK's later request for its state is not needed. */
function recording(http: HttpClient): HttpClient {
  return {
    async sendRequest(request) {
      const exchange = request.method === 'POST' ? exchanges.getStore() : undefined;
      if (!exchange) return http.sendRequest(request);
      exchange.isSent = true;
      delete exchange.response;
      exchange.response = await http.sendRequest(request);
      return exchange.response;
    },
  };
}

/** Statuses that another attempt would get again. */
const permanent: readonly number[] = [400, 413, 422];
/** Codes of connections that failed before anything was sent. */
const unconnected =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ERR_TLS_.+|CERT_.+|.*SELF_SIGNED.*)$/;

function deliveryOf(thrown: unknown, { isSent, response }: Exchange): Delivery {
  const { code, name } = thrown as { readonly code?: unknown; readonly name?: unknown };
  if (!response) {
    const reason = String(code ?? name ?? 'internal');
    const isUnsent = !isSent || unconnected.test(reason);
    return { outcome: isUnsent ? 'unreachable' : 'unknown', reason };
  }
  const { status, headers } = response;
  const reason = String(status);
  if (status < 300) return { outcome: 'accepted' };
  if (permanent.includes(status)) return { outcome: 'refused', reason };
  // With any other failure, the server may have accepted the mail.
  if (status >= 500 && status !== 503) return { outcome: 'unknown', reason };
  const retryAfterSeconds = Number(headers.get('retry-after') ?? 0) || 0;
  return { outcome: 'unreachable', reason, retryAfterSeconds };
}
