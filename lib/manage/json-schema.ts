import * as z from 'zod';
import type { JsonObject } from '../scim/json.ts';

/** A converted schema, and those with an id that it refers to, by their ids. */
interface Described {
  readonly schema: JsonObject;
  readonly shared: JsonObject;
}

/** The direction in which a value is sent, and the dialect of JSON Schema. */
export interface SchemaForm {
  readonly io: 'input' | 'output';
  readonly target?: 'draft-7' | 'draft-2020-12';
}

/**
 * Converts a schema to JSON Schema, in which one with an id becomes a reference to `#/components/schemas/`. An answer
 * may have further properties, because later versions add some.
 */
export function toJsonSchema(schema: z.ZodType, { io, target = 'draft-2020-12' }: SchemaForm): Described {
  // A schema becomes a reference only inside another one.
  const converted = z.toJSONSchema(z.object({ schema }), {
    io,
    target,
    unrepresentable: 'any',
    override({ jsonSchema }) {
      if (io === 'output' && jsonSchema.additionalProperties === false)
        delete jsonSchema.additionalProperties;
    },
  });
  const text = JSON.stringify(converted).replaceAll(/"#\/(\$defs|definitions)\//g, '"#/components/schemas/');
  const { properties, $defs = {}, definitions = $defs } = JSON.parse(text);
  return { schema: properties.schema, shared: definitions };
}
