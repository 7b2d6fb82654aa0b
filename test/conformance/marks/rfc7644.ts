import type { Marks } from './mark.ts';

/** Who has to keep each requirement of RFC 7644. */
export const rfc7644Marks: Marks = {};
