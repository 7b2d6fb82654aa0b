/** A start that failed for a reason a person can remove; one sentence that names the next step. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
