import type { CompareOp, CompValue } from './ast.ts';

/**
 * Property names that lead to a value: from the document or, inside `any`, from the element. An empty path is the
 * document or element itself.
 */
export type Path = readonly string[];

/**
 * A filter after its attributes were looked up in the schema: paths are property names, values are normalised, and
 * each multi-valued step is an `any`. Both engines evaluate it on normalised documents without a schema.
 *
 * An absent value counts as null: `eq null` and `ne "x"` are true for it, and all other comparisons are false.
 */
export type Condition =
  | { readonly kind: 'compare'; readonly path: Path; readonly op: CompareOp; readonly value: CompValue }
  | { readonly kind: 'present'; readonly path: Path }
  | { readonly kind: 'in'; readonly path: Path; readonly values: readonly string[] }
  | { readonly kind: 'and' | 'or'; readonly conditions: readonly Condition[] }
  | { readonly kind: 'not'; readonly condition: Condition }
  /** At least one element of the array at `path` satisfies the condition. */
  | { readonly kind: 'any'; readonly path: Path; readonly condition: Condition };
