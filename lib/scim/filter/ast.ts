/** An attribute path: `[urn ":"] name ["." sub]` (RFC 7644 3.10). */
export interface AttrPath {
  readonly urn?: string;
  readonly name: string;
  readonly sub?: string;
}

/** The operators of RFC 7644 3.4.2.2 that compare with a value. */
export type CompareOp = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';
/** A value that a filter compares an attribute with (RFC 7644 3.4.2.2). */
export type CompValue = string | number | boolean | null;

/**
 * A parsed filter (RFC 7644 3.4.2.2), with names as the client wrote them. An `and` or `or` has two or more terms, none
 * of them of the same kind. The filter in a `valuePath` contains no further `valuePath`.
 */
export type Filter =
  | {
      readonly kind: 'compare';
      readonly path: AttrPath;
      readonly op: CompareOp;
      readonly value: CompValue;
      /** A number as the client wrote it, if that differs from the number's usual form, such as `12e5`. */
      readonly written?: string;
    }
  | { readonly kind: 'present'; readonly path: AttrPath }
  | { readonly kind: 'and' | 'or'; readonly filters: readonly Filter[] }
  | { readonly kind: 'not'; readonly filter: Filter }
  | { readonly kind: 'valuePath'; readonly path: AttrPath; readonly filter: Filter };

/** The path of a PATCH operation: `attrPath / valuePath [subAttr]` (RFC 7644 3.5.2). */
export interface PatchPath {
  readonly path: AttrPath;
  /** The filter in brackets. */
  readonly filter?: Filter;
  /** The sub-attribute after the brackets. */
  readonly sub?: string;
}
