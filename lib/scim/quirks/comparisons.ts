import type { Attribute } from '../schema/attribute.ts';
import type { Comparison } from './quirk.ts';
import { booleanOf } from './values.ts';

/** Compares a boolean with the boolean that a string spells. */
export function compareBoolean(comparison: Comparison, attribute: Attribute): Comparison {
  if (attribute.type !== 'boolean' || typeof comparison.value !== 'string') return comparison;
  const value = booleanOf(comparison.value);
  return value === undefined ? comparison : { ...comparison, value };
}

/** Compares text with the text of a number or boolean that stands without quotes. */
export function compareText(comparison: Comparison, attribute: Attribute): Comparison {
  const { value } = comparison;
  if ((attribute.type ?? 'string') !== 'string') return comparison;
  const isWord = typeof value === 'boolean' || Number.isSafeInteger(value);
  return isWord ? { ...comparison, value: String(value) } : comparison;
}
