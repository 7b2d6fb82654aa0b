import type { AccountScope } from '../accounts/scope.ts';
import { feedLimits } from '../base/feed-limits.ts';
import { limits } from '../base/limits.ts';
import type { Document, DocumentKey, Stored } from '../store/document-store.ts';
import { retryLostRace } from '../store/retry-lost-race.ts';
import { tenantPartition } from '../tenants/tenant-documents.ts';
import { openPlace, requireContinued } from './cursors.ts';
import type { FeedHead } from './entries.ts';
import { addressesOf, type FeedServices } from './feed.ts';
import { readHead } from './stamp.ts';

/** The kind of an AcknowledgementDocument, beside the tenant. */
export const acknowledgementKind = 'feed-ack';

/** The place up to which one credential has applied a tenant's feed. */
interface AcknowledgementDocument extends Document {
  readonly credential: string;
  readonly generation: string;
  readonly sequence: number;
  /** ISO 8601 UTC with milliseconds. */
  readonly at: string;
}

/** The place up to which a product has applied a tenant's feed. */
export interface Acknowledgement {
  readonly credential: string;
  readonly sequence: number;
  /** The time at which it said so first, ISO 8601 UTC with milliseconds. */
  readonly time: string;
  /** Events of the feed behind the sequence. */
  readonly lag: number;
}

/**
 * Notes that the actor has applied the feed up to a cursor, with the time. An earlier place than the one that is known
 * changes nothing. Rejects with ScimError `cursorGone` or `invalidValue` as reading the feed does.
 */
export async function acknowledge(
  services: FeedServices,
  scope: AccountScope,
  cursor: string,
): Promise<Acknowledgement> {
  const { store, tenantId, actor, now } = scope.directory;
  const found = await openPlace(services.sealer, tenantId, cursor);
  const head = await readHead(store, tenantId);
  requireContinued(found, head, `${addressesOf(services, tenantId).api}/snapshot`);
  const place = { ...found, generation: head?.generation ?? '' };
  const { credential } = actor;
  const id = `${acknowledgementKind}:${credential}`;
  const key: DocumentKey = { ...tenantPartition(tenantId), kind: acknowledgementKind, id };
  return retryLostRace(async () => {
    const before = (await store.read(key)) as Stored<AcknowledgementDocument> | undefined;
    if (before && isKnown(before.document, place)) return shown(before.document, head);
    const time = now();
    const document: AcknowledgementDocument = {
      ...{ id, tenantId, kind: acknowledgementKind, credential, ...place },
      at: new Date(time).toISOString(),
      expires: time + feedLimits.acknowledgementDays * 86_400_000,
    };
    await store.commit(key, [
      before ? { op: 'replace', document, ifVersion: before.version } : { op: 'create', document },
    ]);
    return shown(document, head);
  });
}

/** Lists the places up to which products have applied a tenant's feed, by credential. */
export async function listAcknowledgements(
  { store }: FeedServices,
  { directory: { tenantId } }: AccountScope,
): Promise<readonly Acknowledgement[]> {
  const head = await readHead(store, tenantId);
  const query = { ...tenantPartition(tenantId), kind: acknowledgementKind, limit: limits.pageSizeMax };
  const { documents } = await store.query(query);
  return documents.map(({ document }) => shown(document as AcknowledgementDocument, head));
}

function isKnown(
  known: AcknowledgementDocument,
  { generation, sequence }: Pick<AcknowledgementDocument, 'generation' | 'sequence'>,
): boolean {
  return known.generation === generation && known.sequence >= sequence;
}

/** After the feed was renewed, all of its events are behind what was acknowledged before. */
function shown(
  { credential, generation, sequence, at: time }: AcknowledgementDocument,
  head: FeedHead | undefined,
): Acknowledgement {
  const last = head?.sequence ?? 0;
  const isOfFeed = generation === (head?.generation ?? '');
  return { credential, sequence, time, lag: isOfFeed ? last - sequence : last };
}
