import type { Attribute, Schema } from './attribute.ts';

/**
 * The JSON form of a schema's attributes, derived from its declaration (RFC 7643 2.3): what is required of
 * the client is required, all else optional; multi-valued attributes are arrays.
 */
export type ResourceOf<S extends Schema> = AttributesOf<S['attributes'][number]>;

type AttributesOf<A extends Attribute> = Simplify<
  { readonly [One in A as One extends RequiredAttribute ? One['name'] : never]: ValueOf<One> } & {
    readonly [One in A as One extends RequiredAttribute ? never : One['name']]?: ValueOf<One>;
  }
>;

type RequiredAttribute = { readonly required: true };
type ValueOf<A extends Attribute> = A extends { readonly multiValued: true }
  ? readonly SingleValueOf<A>[]
  : SingleValueOf<A>;

type SingleValueOf<A extends Attribute> = A extends {
  readonly type: 'complex';
  readonly subAttributes: readonly (infer Sub extends Attribute)[];
}
  ? AttributesOf<Sub>
  : A extends { readonly type: 'boolean' }
    ? boolean
    : A extends { readonly type: 'integer' | 'decimal' }
      ? number
      : string;

type Simplify<T> = { [Name in keyof T]: T[Name] };
