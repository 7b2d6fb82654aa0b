// All that moves the cursor, changes what is shown or is not shown; the two joiners belong to the spelling of names.
const unsafe = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu;

/** Writes what a terminal would act on as `\uXXXX`. */
export function cleanText(text: string): string {
  return text.replace(unsafe, escapeUnits);
}

/** Writes JSON that means the same and that a terminal only shows. */
export function cleanJson(value: unknown, indent?: number): string {
  const keep = (character: string) => (character === '\n' ? character : escapeUnits(character));
  return JSON.stringify(value, null, indent).replace(unsafe, keep);
}

function escapeUnits(character: string): string {
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}
