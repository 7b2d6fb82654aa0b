/** A refusal to add a key or trust while the synchronisation of the tenant ends. The operator sees it. */
export class EndingError extends Error {
  constructor(until: number) {
    const time = new Date(until).toISOString();
    super(
      'The synchronisation of the tenant is ending, so that keys and trusts cannot be added: try again after ' +
        `${time}; GET …/status shows what is left`,
    );
    this.name = 'EndingError';
  }
}

/** Throws EndingError while the synchronisation of a tenant ends. */
export function requireNoEnding({
  ending,
}: {
  readonly ending?: { readonly until: number } | undefined;
}): void {
  if (ending) throw new EndingError(ending.until);
}
