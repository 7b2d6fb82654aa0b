import type { CompareOp, CompValue } from './ast.ts';

/**
 * Property names from the document (or, inside `any`, from the element) to the value; empty means the value
 * itself.
 */
export type Path = readonly string[];

/**
 * A filter with its schema resolved: paths are properties, values are normalised, every multi-valued step is
 * an `any`. Both engines interpret it on normalised documents, so neither knows a schema.
 *
 * An absent value counts as null: `eq null` and `ne "x"` hold for it, every other comparison does not.
 */
export type Condition =
  | { readonly kind: 'compare'; readonly path: Path; readonly op: CompareOp; readonly value: CompValue }
  | { readonly kind: 'present'; readonly path: Path }
  | { readonly kind: 'in'; readonly path: Path; readonly values: readonly string[] }
  | { readonly kind: 'and' | 'or'; readonly conditions: readonly Condition[] }
  | { readonly kind: 'not'; readonly condition: Condition }
  /** Some element of the array at `path` satisfies the condition. */
  | { readonly kind: 'any'; readonly path: Path; readonly condition: Condition };
