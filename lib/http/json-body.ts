import { limits } from '../base/limits.ts';
import { yieldToEventLoop } from '../base/yield-to-event-loop.ts';
import { isJsonArray, type JsonObject, type JsonValue } from '../scim/json.ts';

/**
 * Writes a JSON object as a text. An object with a long list becomes a stream of UTF-8 pieces, between which
 * other requests can run.
 */
export function toJsonBody(body: JsonObject): string | ReadableStream<Uint8Array> {
  return Object.values(body).some(isLong) ? streamOf(pieces(body)) : JSON.stringify(body);
}

function isLong(value: JsonValue): value is readonly JsonValue[] {
  return isJsonArray(value) && value.length > limits.elementsPerPieceMax;
}

function* pieces(body: JsonObject): Generator<string> {
  let lead = '{';
  for (const [name, value] of Object.entries(body)) {
    if (value === undefined) continue;
    yield `${lead}${JSON.stringify(name)}:`;
    lead = ',';
    if (isLong(value)) yield* piecesOfList(value);
    else yield JSON.stringify(value);
  }
  yield '}';
}

function* piecesOfList(list: readonly JsonValue[]): Generator<string> {
  for (let start = 0; start < list.length; start += limits.elementsPerPieceMax) {
    const piece = JSON.stringify(list.slice(start, start + limits.elementsPerPieceMax));
    yield `${start === 0 ? '[' : ','}${piece.slice(1, -1)}`;
  }
  yield ']';
}

function streamOf(texts: Iterator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = texts.next();
      if (done) return controller.close();
      controller.enqueue(encoder.encode(value));
      await yieldToEventLoop();
    },
  });
}
