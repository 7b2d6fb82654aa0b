import { Slices } from '../base/yield-to-event-loop.ts';
import { querySources, type Source, type SourcesPage } from '../directory/query/query-sources.ts';
import { documentPath, type ResourceDocument } from '../directory/resource-document.ts';
import type { Filter } from '../scim/filter/ast.ts';
import { bindAmong } from '../scim/filter/bind.ts';
import type { JsonObject } from '../scim/json.ts';
import type { CursorPaging, Paging } from '../scim/message/list-response.ts';
import { project } from '../scim/project.ts';
import type { SortKey } from '../scim/sort.ts';
import type { Context } from './context.ts';
import { readPage } from './cursor.ts';
import { type Representation, represent, type View } from './represent.ts';

/** The part of a query for one resource type. */
interface Portion extends View {
  readonly filter?: Filter;
  /** Absent for the order of creation. */
  readonly sort?: SortKey;
}

/** A parsed query: the filter and sort key by type, the direction, and the page. */
export interface QueryCommand {
  /** One for each resource type of the queried endpoint. */
  readonly portions: readonly Portion[];
  readonly descending: boolean;
  readonly paging: Paging | CursorPaging;
}

/** A page of representations. `nextCursor` is absent on the last page and in index paging. */
export interface QueryOutcome {
  readonly found: readonly JsonObject[];
  readonly total: number;
  readonly nextCursor?: string;
}

type ViewedSource = Source & View;

/**
 * Queries the resources of one or more types (RFC 7644 3.4.2, RFC 9865 2).
 *
 * Throws ScimError `invalidFilter`, `invalidValue`, `tooMany`, `invalidCursor`, `expiredCursor` or `invalidCount`.
 */
export async function queryResources(context: Context, command: QueryCommand): Promise<QueryOutcome> {
  const { descending, paging } = command;
  const sources = sourcesOf(command);
  const endpoint = command.portions.map(({ type }) => type.name);
  const walk = { query: [endpoint, descending, ...sources.map(describe)], paging };
  const { found, total, nextCursor } = await readPage(context, walk, (start) =>
    querySources(context.directory, { sources, descending, count: paging.count, ...start }),
  );
  const shown = await Promise.all(sources.map((view) => show(context, view, found)));
  const resources = new Map(shown.flat());
  return {
    found: found.map(({ document }) => resources.get(document)).filter((one) => one !== undefined),
    total,
    nextCursor,
  };
}

/** The types of which a resource can match. */
function sourcesOf({ portions }: QueryCommand): readonly ViewedSource[] {
  const types = portions.map(({ type }) => type);
  return portions.flatMap(({ filter, ...portion }) => {
    const where = filter === undefined || bindAmong(filter, portion.type, { types, locate: documentPath });
    return where === false ? [] : [{ ...portion, where: where === true ? undefined : where }];
  });
}

function describe({ type, where, sort, selection }: ViewedSource): readonly unknown[] {
  return [type.name, where, sort?.name, selection];
}

/** Makes the representations of all resources of one type on the page together. */
async function show(
  context: Context,
  view: ViewedSource,
  found: SourcesPage<ViewedSource>['found'],
): Promise<readonly (readonly [ResourceDocument, JsonObject])[]> {
  const documents = found.flatMap(({ source, document }) => (source === view ? [document] : []));
  if (documents.length === 0) return [];
  const shown = await represent(context, documents, view);
  const projected = await projectAll(shown, view);
  return projected.flatMap((resource, index) => {
    const document = documents[index];
    return document ? [[document, resource] as const] : [];
  });
}

/** The attributes of each resource that the view selects (RFC 7644 3.9). */
export async function projectAll(
  representations: readonly Representation[],
  { type, selection }: View,
): Promise<readonly JsonObject[]> {
  const slices = new Slices();
  const projected: JsonObject[] = [];
  for (const { resource } of representations) {
    if (slices.isOver()) await slices.next();
    projected.push(project(resource, type, selection));
  }
  return projected;
}
