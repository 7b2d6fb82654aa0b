import type { IncomingMessage, ServerOptions } from 'node:http';

/** Limits of the real host's server (Kestrel), which the host leaves as they are. */
const lineBytesMax = 8_192;
const headersBytesMax = 32_768;
const headersMax = 100;

/** `host`, `host:port` or `[IPv6]:port`, with the characters that Kestrel accepts; it may be empty. */
const hostForm = /^(\[[0-9a-f:.]+\]|[\w!$&'()*+,;=.~%-]+)?(:\d+)?$/i;

/** Options of a server that reads every head which the real host may get; `refusalOf` applies the real limits. */
export const headOptions: ServerOptions = { maxHeaderSize: 131_072 };

/** The status with which the real host refuses a head before any function sees it; undefined if it accepts it. */
export function refusalOf(request: IncomingMessage): number | undefined {
  const { method = '', url = '', httpVersion, rawHeaders } = request;
  if (`${method} ${url} HTTP/${httpVersion}\r\n`.length > lineBytesMax) return 414;
  const bytes = rawHeaders.reduce((sum, text) => sum + text.length + 2, 0);
  if (rawHeaders.length / 2 > headersMax || bytes > headersBytesMax) return 431;
  return isReadable(url, rawHeaders) && hasOneHost(request) ? undefined : 400;
}

function isReadable(url: string, headers: readonly string[]): boolean {
  if (!/^[!-~]+$/.test(url) || /%00/.test(url.split('?')[0] ?? '')) return false;
  return headers.every((text) => !text.includes('\0') && isUtf8(text));
}

/** Tells whether the bytes of a header, which Node reads as Latin-1, are UTF-8. */
function isUtf8(text: string): boolean {
  if (!/[\x80-\xff]/.test(text)) return true;
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'latin1'));
    return true;
  } catch {
    return false;
  }
}

function hasOneHost({ url = '', headersDistinct: { host: hosts = [] } }: IncomingMessage): boolean {
  const [host = '', ...others] = hosts;
  if (others.length > 0 || !hostForm.test(host)) return false;
  return url.startsWith('/') || !URL.canParse(url) || new URL(url).host === host.toLowerCase();
}
