import type { Filter } from '../filter/ast.ts';
import { parseFilter } from '../filter/parser.ts';
import type { JsonValue } from '../json.ts';
import type { ResourceType } from '../schema/attribute.ts';
import { clientQuirks } from './client-quirks.ts';
import { type ClientProfile, clientProfiles, Pass, type Rows, sortRows } from './quirk.ts';
import { walkFilter, walkPatch, walkResource } from './walk.ts';

const rowsOf = Object.fromEntries(
  clientProfiles.map((profile) => [
    profile,
    sortRows(clientQuirks.filter(({ clients }) => clients.some((client) => client === profile))),
  ]),
) as Readonly<Record<ClientProfile, Rows>>;

/** The body that the core reads, and the ids of the rows that applied, in the order of the table. */
interface NormalisedBody {
  readonly body: JsonValue;
  readonly fired: readonly string[];
}

function normaliser(walk: (body: JsonValue, pass: Pass) => JsonValue) {
  return (body: JsonValue, type: ResourceType, profile: ClientProfile): NormalisedBody => {
    const pass = new Pass(type, rowsOf[profile]);
    return { body: walk(body, pass), fired: firedOf(pass) };
  };
}

/** Normalises the body of a POST or PUT for validation. */
export const normaliseResourceBody = normaliser(walkResource);
/** Normalises the body of a PATCH before it is parsed. */
export const normalisePatchBody = normaliser(walkPatch);

/**
 * Parses a filter, normalises it for the client, and returns it with the ids of the rows that applied.
 *
 * Throws ScimError `invalidFilter` with the position and the token that was expected there.
 */
export function readFilter(
  text: string,
  type: ResourceType,
  profile: ClientProfile,
): { filter: Filter; fired: readonly string[] } {
  const pass = new Pass(type, rowsOf[profile]);
  const filter = walkFilter(parseAsMeant(text, rowsOf[profile].bareWords, pass), pass);
  return { filter, fired: firedOf(pass) };
}

/** Tries the grammar of RFC 7644 first, so that a row applies only to a filter that violates it. */
function parseAsMeant(text: string, bareWords: Rows['bareWords'], pass: Pass): Filter {
  try {
    return parseFilter(text, { asWritten: bareWords.length > 0 });
  } catch (refusal) {
    if (bareWords.length === 0) throw refusal;
    const filter = parseFilter(text, { bareWords: true, asWritten: true });
    for (const { id } of bareWords) pass.fired.add(id);
    return filter;
  }
}

function firedOf({ fired }: Pass): readonly string[] {
  return fired.size === 0 ? [] : clientQuirks.flatMap(({ id }) => (fired.has(id) ? [id] : []));
}
