import { isLoopback } from '../../../lib/base/loopback.ts';
import { CommandError } from '../command-error.ts';

/** True if an address is on this machine. */
export function isOfThisMachine(baseUrl: string): boolean {
  return isLoopback(new URL(baseUrl).hostname);
}

/** Reads the address of an endpoint; throws a CommandError if a credential must not be sent there. */
export function parseBaseUrl(text: string, source: string): string {
  if (!URL.canParse(text)) throw notUsable(source, 'it must be an address such as https://scim.example.com');
  const { protocol, hostname, username, password, pathname, search, origin } = new URL(text);
  if (username !== '' || password !== '') throw notUsable(source, 'leave out the user name and the password');
  if (protocol !== 'https:' && protocol !== 'http:') throw notUsable(source, 'it must begin with https://');
  if (protocol === 'http:' && !isLoopback(hostname)) {
    throw notUsable(source, `use https://${hostname}: over plain http others could read the key`);
  }
  if (pathname !== '/' || search !== '') throw notUsable(source, `leave out the path: ${origin}`);
  return origin;
}

function notUsable(source: string, advice: string): CommandError {
  return new CommandError('usage', `${source} cannot be used: ${advice}.`);
}
