import type { Marks } from './mark.ts';
import { rfc7643Marks } from './rfc7643.ts';
import { rfc7644Marks } from './rfc7644.ts';
import { rfc9865Marks } from './rfc9865.ts';

/** The marks of all requirements. */
export const marks: Marks = { ...rfc7643Marks, ...rfc7644Marks, ...rfc9865Marks };
