/** The data types of RFC 7643 2.3. */
export type AttributeType =
  | 'string'
  | 'boolean'
  | 'decimal'
  | 'integer'
  | 'dateTime'
  | 'binary'
  | 'reference'
  | 'complex';

/** The canonical form of an address or a number (RFC 7643 4.1.2). */
export type CanonicalForm = 'email' | 'im' | 'tel';

/** An attribute with its characteristics (RFC 7643 7). Absent characteristics have the defaults of RFC 7643 2.2. */
export interface Attribute {
  readonly name: string;
  readonly description: string;
  /** Default `string`. */
  readonly type?: AttributeType;
  /** Default `false`. */
  readonly multiValued?: boolean;
  /** Default `false`. */
  readonly required?: boolean;
  /** Suggested values; others are accepted (RFC 7643 7). */
  readonly canonicalValues?: readonly string[];
  /** The form in which values are kept (RFC 7643 4.1.2). By default they are kept as they were sent. */
  readonly canonicalForm?: CanonicalForm;
  /** Default `false`; `reference` and `binary` values always compare exactly. */
  readonly caseExact?: boolean;
  /** Default `readWrite`. */
  readonly mutability?: 'readOnly' | 'readWrite' | 'immutable' | 'writeOnly';
  /** Default `default`. */
  readonly returned?: 'always' | 'never' | 'default' | 'request';
  /** Default `none`. */
  readonly uniqueness?: 'none' | 'server' | 'global';
  /** Resource type names, `external` or `uri`; only with type `reference`. */
  readonly referenceTypes?: readonly string[];
  /** Only with type `complex`. Sub-attributes are never complex (erratum 8415). */
  readonly subAttributes?: readonly Attribute[];
}

/** A schema: its URN and attributes (RFC 7643 7). */
export interface Schema {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly attributes: readonly Attribute[];
}

/** A kind of resource and its endpoint (RFC 7643 6). */
export interface ResourceType {
  readonly name: string;
  /** Begins with a slash and is relative to the base URL, such as `/Users`. */
  readonly endpoint: string;
  readonly description: string;
  readonly schema: Schema;
  readonly extensions: readonly SchemaExtension[];
}

/** A schema that adds attributes to those of the resource type's own schema (RFC 7643 6). */
export interface SchemaExtension {
  readonly schema: Schema;
  readonly required: boolean;
}
