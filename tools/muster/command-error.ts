/** The exit codes of the command line, by how a command ends. */
export const exitCodes = { done: 0, failed: 1, usage: 2, notFound: 3, interrupted: 130 } as const;

export type Ending = keyof typeof exitCodes;

/** A command that cannot be carried out; the message says what is wrong and what to do next. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly ending: Exclude<Ending, 'done'>;

  constructor(ending: Exclude<Ending, 'done'>, message: string, options?: ErrorOptions) {
    super(message, options);
    this.ending = ending;
  }
}

/** The error of a call that the endpoint has not answered or was too busy for, so that a later one may succeed. */
export class Unanswered extends CommandError {
  constructor(message: string, options?: ErrorOptions) {
    super('failed', message, options);
  }
}
