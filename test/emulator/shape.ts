export type Json = Readonly<Record<string, unknown>>;

/** How an emulator keeps documents and reads statements, where it does not do so as Cosmos DB does. */
export interface Shape {
  /** The document as the emulator keeps it. */
  keep(document: Json): Json;
  /** The document as it was given. */
  give(document: Json): Json;
  idIn(id: string, tenantId: string): string;
  statement(query: string): string;
}

/** Properties of the emulator's own begin with it. */
const prefix = 'emulated_';

const without = (document: Json): Json =>
  Object.fromEntries(Object.entries(document).filter(([name]) => !name.startsWith(prefix)));

/**
 * For an emulator that fails on `FROM e IN c["a"]["b"]` for every document without `a`: each array below the top of
 * a document is also kept at its top, and statements look for it there.
 */
export const arraysOnTop: Shape = {
  keep: (document) => ({ ...document, ...Object.fromEntries(nestedArrays(document, [])) }),
  give: without,
  idIn: (id) => id,
  statement: (query) =>
    query.replace(/\bIN c((?:\["[^"]+"\]){2,})/g, (_, steps: string) => {
      const path = [...steps.matchAll(/\["([^"]+)"\]/g)].map(([, name]) => name ?? '');
      return `IN c["${nameOf(path)}"]`;
    }),
};

/**
 * For an emulator whose ids are those of a container and not of a partition, and to which what is absent is less
 * than any number: each id begins with its partition, and only numbers are compared with a time.
 */
export const idsWithPartition: Shape = {
  keep: (document) => ({
    ...document,
    id: idsWithPartition.idIn(String(document.id), String(document.tenantId)),
    [`${prefix}id`]: document.id,
  }),
  give: (document) => ({ ...without(document), id: document[`${prefix}id`] ?? document.id }),
  idIn: (id, tenantId) => `${tenantId}:${id}`,
  statement: (query) =>
    query
      .replace(/\bc(\.id\b|\["id"\])/g, `c["${prefix}id"]`)
      .replace('c.due <= ', 'IS_NUMBER(c.due) AND c.due <= '),
};

function nestedArrays(value: Json, path: readonly string[]): readonly (readonly [string, unknown])[] {
  return Object.entries(value).flatMap(([name, inner]) => {
    const place = [...path, name];
    if (Array.isArray(inner)) return place.length > 1 ? [[nameOf(place), inner] as const] : [];
    return typeof inner === 'object' && inner !== null ? nestedArrays(inner as Json, place) : [];
  });
}

const nameOf = (path: readonly string[]) => prefix + path.join(' ');
