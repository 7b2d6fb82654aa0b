type Json = Readonly<Record<string, unknown>>;

/**
 * The emulator fails on `FROM e IN c["a"]["b"]` for every document without `a`. So each array below the top of a
 * document is also kept at its top, under a name of its own, and statements look for it there.
 */
const prefix = '~';

/** The document with its nested arrays at the top as well. */
export function withArraysOnTop(document: Json): Json {
  return { ...document, ...Object.fromEntries(nestedArrays(document, [])) };
}

/** The document without what was put there. */
export function withoutArraysOnTop(document: unknown): unknown {
  if (typeof document !== 'object' || document === null) return document;
  return Object.fromEntries(Object.entries(document).filter(([name]) => !name.startsWith(prefix)));
}

/** The statement, looking for nested arrays at the top. */
export function lookingOnTop(query: string): string {
  return query.replace(/\bIN c((?:\["[^"]+"\]){2,})/g, (_, steps: string) => {
    const path = [...steps.matchAll(/\["([^"]+)"\]/g)].map(([, name]) => name ?? '');
    return `IN c["${nameOf(path)}"]`;
  });
}

function nestedArrays(value: Json, path: readonly string[]): readonly (readonly [string, unknown])[] {
  return Object.entries(value).flatMap(([name, inner]) => {
    const place = [...path, name];
    if (Array.isArray(inner)) return place.length > 1 ? [[nameOf(place), inner] as const] : [];
    return typeof inner === 'object' && inner !== null ? nestedArrays(inner as Json, place) : [];
  });
}

const nameOf = (path: readonly string[]) => prefix + path.join(' ');
