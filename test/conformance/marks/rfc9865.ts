import type { Marks } from './mark.ts';

/** Who has to keep each requirement of RFC 9865. */
export const rfc9865Marks: Marks = {};
