import { limits } from '../base/limits.ts';
import type { ResumePoint } from '../directory/query/page-marks.ts';
import { ScimError } from '../scim/errors.ts';
import type { CursorPaging, Paging } from '../scim/message/list-response.ts';
import type { Context } from './context.ts';

/** The beginning of a page: an index from 1, or the end of the page before. Empty for the first page. */
export interface PageStart {
  readonly startIndex?: number;
  readonly after?: ResumePoint;
  /** The number of all matches, as counted for the first page. */
  readonly total?: number;
}

interface PageEnd {
  readonly total: number;
  /** Absent on the last page. */
  readonly next?: ResumePoint;
}

interface Walk {
  /** The parsed parameters that must be the same on every page (RFC 9865 2). */
  readonly query: readonly unknown[];
  readonly paging: Paging | CursorPaging;
}

/**
 * Reads a page by index or by cursor (RFC 9865 2). A cursor holds the beginning of the next page itself, so
 * Muster stores nothing between pages.
 *
 * Throws ScimError `invalidCursor`, `expiredCursor`, or `invalidCount` if the page size differs from the first page.
 */
export async function readPage<P extends PageEnd>(
  context: Context,
  { query, paging }: Walk,
  read: (start: PageStart) => Promise<P>,
): Promise<P & { readonly nextCursor?: string }> {
  if ('startIndex' in paging) return read({ startIndex: paging.startIndex });
  const purpose = JSON.stringify(['cursor', context.tenant.id, ...query]);
  const page = await read(paging.cursor === '' ? {} : await openCursor(context, paging, purpose));
  if (!page.next) return page;
  const nextCursor = await sealCursor(context, purpose, {
    after: page.next,
    total: page.total,
    count: paging.count,
    expires: context.directory.now() + limits.cursorSecondsMax * 1_000,
  });
  return { ...page, nextCursor };
}

interface Sealed extends Required<Omit<PageStart, 'startIndex'>> {
  readonly count: number;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

function sealCursor({ sealer }: Context, purpose: string, sealed: Sealed): Promise<string> {
  return sealer.seal(JSON.stringify(sealed), purpose);
}

/** Throws the same error for a forged or edited cursor and for one of another query or tenant (RFC 9865 5.2). */
async function openCursor(
  { sealer, directory }: Context,
  { cursor, count }: CursorPaging,
  purpose: string,
): Promise<PageStart> {
  const text = await sealer.open(cursor, purpose);
  if (text === undefined) throw new ScimError('invalidCursor');
  const sealed: Sealed = JSON.parse(text);
  if (directory.now() > sealed.expires) throw new ScimError('expiredCursor');
  if (count !== sealed.count) throw new ScimError('invalidCount');
  return { after: sealed.after, total: sealed.total };
}
