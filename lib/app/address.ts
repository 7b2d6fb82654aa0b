import * as z from 'zod/mini';
import { isLoopback } from '../base/loopback.ts';

/** The address of one setting. */
interface AddressSetting {
  /** Completes the sentence "It must be …", with an example. */
  readonly what: string;
  /** Accepts `http://` for stand-ins of the service on this machine. */
  readonly isHttpAllowed?: boolean;
}

/**
 * The schema of an address to which secrets are sent, or by which secrets come back. It is HTTPS without a path, user
 * name, query or fragment, and is read as `https://host` or `https://host:port`.
 */
export function secretAddress({ what, isHttpAllowed = false }: AddressSetting) {
  const error = `must be ${what}: begin with https://, and leave out user name, path and query`;
  const isRight = (text: string) => isBare(text) && isSafe(new URL(text), isHttpAllowed);
  return z.pipe(
    z.string({ error }).check(z.refine(isRight, { error })),
    z.transform((text) => new URL(text).origin),
  );
}

function isBare(text: string): boolean {
  return /^https?:\/\/[^\s/?#@\\]+\/*$/i.test(text) && URL.canParse(text);
}

function isSafe({ protocol, hostname }: URL, isHttpAllowed: boolean): boolean {
  return protocol === 'https:' || (isHttpAllowed && isLoopback(hostname));
}
