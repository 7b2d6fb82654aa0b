/** Who has to keep a requirement, and where it is kept by the service provider how that is shown. */
export type Mark =
  /** A test of its own, or that of another requirement (`as`), shows that the service provider keeps it. */
  | { readonly party: 'provider'; readonly as?: string }
  /** A SHOULD that the service provider does not follow, and why. */
  | { readonly party: 'provider'; readonly notFollowed: string }
  | { readonly party: 'client' }
  /** Operators, later specifications, registries, or what only binds a feature that is not offered. */
  | { readonly party: 'deployment'; readonly note: string };

/** The marks of one RFC by the ids of its requirements. */
export type Marks = Readonly<Record<string, Mark>>;

/** The service provider's, with a test of its own. */
export const provider: Mark = { party: 'provider' };

export const client: Mark = { party: 'client' };

/** The service provider's, shown by the test of another requirement, such as `RFC 7644 3.3 #1`. */
export const shownBy = (as: string): Mark => ({ party: 'provider', as });

/** A SHOULD of the service provider that it does not follow. */
export const notFollowed = (reason: string): Mark => ({ party: 'provider', notFollowed: reason });

/** Neither the service provider's nor the client's. */
export const deployment = (note: string): Mark => ({ party: 'deployment', note });
