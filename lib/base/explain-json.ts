/** Writes the message of the JSON parser, with the line and the column of the fault in the text. */
export function explainJson(error: unknown, text: string): string {
  const message = error instanceof Error ? error.message : String(error);
  const before = text.slice(0, positionOf(message) ?? findFault(text)).split('\n');
  const column = (before.at(-1)?.length ?? 0) + 1;
  // The parser quotes the text after a token that it does not expect.
  const [reason] = /^Unexpected token '.+?'/su.exec(message) ?? message.split(' at position');
  return `${reason}, line ${before.length}, column ${column}`;
}

function positionOf(message: string): number | undefined {
  const [, position] = /at position (\d+)/.exec(message) ?? [];
  return position === undefined ? undefined : Number(position);
}

/** Finds the length of the longest beginning of a text that JSON could continue. Some messages have no position. */
function findFault(text: string): number {
  let [good, bad] = [0, text.length + 1];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if (couldContinue(text.slice(0, middle))) good = middle;
    else bad = middle;
  }
  return good;
}

function couldContinue(beginning: string): boolean {
  try {
    JSON.parse(beginning);
    return true;
  } catch (error) {
    const { message } = error as Error;
    if (/^Unexpected end|^Unterminated string/.test(message)) return true;
    return (positionOf(message) ?? -1) >= beginning.length;
  }
}
