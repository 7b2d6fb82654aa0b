// Characters that move the cursor, change the display or are invisible. Names may contain the two joiners.
const unsafe = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;

/** Escapes the characters that a terminal would act on as `\uXXXX`. */
export function cleanText(text: string): string {
  return text.replace(unsafe, escapeUnits);
}

/** Does the same for a text of several lines, whose ends it keeps. */
export function cleanLines(text: string): string {
  return text.split('\n').map(cleanText).join('\n');
}

function escapeUnits(character: string): string {
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
