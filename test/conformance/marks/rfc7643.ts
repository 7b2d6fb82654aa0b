import type { Marks } from './mark.ts';

/** Who has to keep each requirement of RFC 7643. */
export const rfc7643Marks: Marks = {};
