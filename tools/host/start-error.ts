/** A start that failed for a reason that a person can correct; the message is one sentence with the next step. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
