/** Recognises the host of a URL that is this machine, so that nobody reads what is sent there. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/.test(hostname);
}
