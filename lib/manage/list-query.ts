import * as z from 'zod';
import { limits } from '../base/limits.ts';
import type { ListQuery } from '../directory/query/list-resources.ts';
import type { Position } from '../directory/query/page-marks.ts';
import { invalidValue } from '../scim/errors.ts';

/** The number of rows of a page. */
export const pageLimit = z.coerce
  .number()
  .int()
  .min(1)
  .max(limits.pageSizeMax)
  .default(limits.pageSizeDefault)
  .describe(`Rows of a page, at most ${limits.pageSizeMax}. Where others are left out, a page has fewer.`);

const after = z.string().max(2_000).optional().describe('`next` of the page before.');
const beginning = (what: string) =>
  z.string().min(1).max(100).optional().describe(`The beginning of ${what}. Case does not count.`);
const externalId = z.string().min(1).max(1_000).optional().describe('The whole id that the client gave it.');
const changedSince = z.iso
  .datetime({ offset: true, error: 'it must be a time such as 2026-01-31T12:00:00Z' })
  .transform((value) => new Date(value).toISOString())
  .optional()
  .describe('Selects what has changed since then, the earliest first. What is deleted is not among it.');

/** The parameters that select people. */
export const peopleQuery = z.strictObject({
  after,
  limit: pageLimit,
  userName: beginning('the userName'),
  email: beginning('the primary e-mail address, which is the work address with most clients'),
  familyName: beginning('the family name'),
  displayName: beginning('the display name'),
  externalId,
});

/** The parameters of a list of users. */
export const usersQuery = peopleQuery.extend({ changedSince });

/** The parameters of a list of groups. */
export const groupsQuery = usersQuery.pick({
  after: true,
  limit: true,
  displayName: true,
  externalId: true,
  changedSince: true,
});

type Asked = Partial<z.output<typeof usersQuery>> & { readonly limit: number };

/** The attributes that the parameters of beginnings name. */
const attributes = {
  userName: 'userName',
  email: 'emails.value',
  familyName: 'name.familyName',
  displayName: 'displayName',
} as const;
const names = ['userName', 'email', 'familyName', 'displayName'] as const;

/** Reads what a list selects. Throws ScimError `invalidValue` if several parameters do, or the cursor is not ours. */
export function selectionOf({
  after: cursor,
  limit,
  externalId: id,
  changedSince: since,
  ...query
}: Asked): ListQuery {
  const [begun, ...others] = names.flatMap((name) => {
    const text = query[name];
    return text === undefined ? [] : [{ attribute: attributes[name], text }];
  });
  const selectors = [begun, ...others, id, since].filter((one) => one !== undefined);
  if (selectors.length > 1) {
    throw invalidValue(
      'A list is selected by one parameter at a time, as an index finds only that: leave out all but one',
    );
  }
  return { startsWith: begun, externalId: id, changedSince: since, limit, after: readCursor(cursor) };
}

/** Tells if a list selects some people. */
export function isSelecting(query: Partial<Record<'externalId' | (typeof names)[number], string>>): boolean {
  return query.externalId !== undefined || names.some((name) => query[name] !== undefined);
}

const cursorSchema = z.tuple([z.string(), z.string().nullable()]);

/** Writes the place where the next page begins. */
export function writeCursor(position: Position | undefined): string | undefined {
  if (!position) return undefined;
  const { id, value } = position;
  return Buffer.from(JSON.stringify([id, value ?? null])).toString('base64url');
}

function readCursor(cursor: string | undefined): Position | undefined {
  if (cursor === undefined) return undefined;
  const { data } = cursorSchema.safeParse(parsed(Buffer.from(cursor, 'base64url').toString()));
  if (!data) throw invalidValue('Parameter after must be next of the page before, with the same parameters');
  const [id, value] = data;
  return { id, value: value ?? undefined };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
