/** Makes texts unreadable and unforgeable; what is sealed for one purpose opens for no other. */
export interface Sealer {
  /** Answers in characters that a URL leaves as they are (RFC 3986 2.3). */
  seal(text: string, purpose: string): Promise<string>;
  /** `undefined` for what was not sealed for the purpose. */
  open(sealed: string, purpose: string): Promise<string | undefined>;
}
