/** Who has to keep a requirement, and where it is the service provider how that is shown. */
export type Mark =
  /** A test of its own, or that of another requirement (`as`), shows that the service provider keeps it. */
  | { readonly party: 'provider'; readonly as?: string }
  /** A SHOULD that the service provider does not follow, and why. */
  | { readonly party: 'provider'; readonly notFollowed: string }
  | { readonly party: 'client' }
  /** Operators, later specifications, registries, or what only binds a feature that is not offered. */
  | { readonly party: 'deployment'; readonly note: string };

/** The marks of requirements by their ids, such as `RFC 7644 3.3 #1`. */
export type Marks = Readonly<Record<string, Mark>>;

/** Ways to mark requirements of one RFC, whose name their ids leave out: `3.3 #1`. */
export function marksOf(rfc: string) {
  const all = (ids: readonly string[], mark: Mark): Marks =>
    Object.fromEntries(ids.map((id) => [`${rfc} ${id}`, mark]));
  return {
    /** The service provider's, each with a test of its own. */
    own: (...ids: readonly string[]) => all(ids, { party: 'provider' }),
    /** The service provider's, shown by the test of another requirement. */
    shownBy: (as: string, ...ids: readonly string[]) => all(ids, { party: 'provider', as: `${rfc} ${as}` }),
    /** What the service provider should do and does not. */
    notFollowed: (reason: string, ...ids: readonly string[]) =>
      all(ids, { party: 'provider', notFollowed: reason }),
    clients: (...ids: readonly string[]) => all(ids, { party: 'client' }),
    /** Neither the service provider's nor the client's. */
    deployments: (note: string, ...ids: readonly string[]) => all(ids, { party: 'deployment', note }),
  };
}
