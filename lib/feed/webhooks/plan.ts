import { feedLimits } from '../../base/feed-limits.ts';
import { webhookLimits } from '../../base/webhook-limits.ts';
import { ScimError } from '../../scim/errors.ts';
import type { DocumentStore } from '../../store/document-store.ts';
import type { FeedEntry } from '../entries.ts';
import { isWanted } from '../feed.ts';
import { type EntryPage, entriesAfter, type FeedStart, readEntries, sequenceOf } from '../read-feed.ts';
import { type CursorProgress, firstOfLanes, type HeldEvent, type Replay } from './cursor.ts';
import type { WebhookDocument } from './webhook.ts';

/** One delivery to make. */
export interface Task extends HeldEvent {
  readonly entry: FeedEntry;
}

/** Deliveries to make now, and the progress that follows from them. */
export interface Plan {
  readonly tasks: readonly Task[];
  /** The progress once each of the tasks is delivered or held. */
  readonly after: CursorProgress;
  /** True if all of the tasks are held already. */
  readonly isRetry: boolean;
  /** The progress up to a sequence. Present if the tasks must be delivered in their order. */
  readonly upTo?: (sequence: number, at: string) => CursorProgress;
}

interface PlanServices {
  readonly store: DocumentStore;
  readonly feed: string;
  readonly webhook: WebhookDocument;
  readonly now: number;
  /** The most tasks. */
  readonly max: number;
  /** Sends held events before they are due. */
  readonly isProbe: boolean;
}

/** Plans the next deliveries of a stream; `undefined` if there are none now. */
export async function planDeliveries(
  services: PlanServices,
  progress: CursorProgress,
): Promise<Plan | undefined> {
  const held = await planHeld(services, progress);
  if (held) return held;
  const isFull = progress.held.length >= webhookLimits.windowEventsMax;
  if (isFull || (services.webhook.ordered && progress.held.length > 0)) return undefined;
  if (progress.replay) return planReplay(services, progress, progress.replay);
  return services.webhook.ordered ? planNext(services, progress) : planUnordered(services, progress);
}

async function planHeld(
  { store, feed, now, max, isProbe }: PlanServices,
  progress: CursorProgress,
): Promise<Plan | undefined> {
  const due = firstOfLanes(progress.held).filter((one) => isProbe || one.due <= now);
  if (due.length === 0) return undefined;
  const first = due.toSorted((a, b) => a.sequence - b.sequence).slice(0, max);
  const found = await Promise.all(
    first.map(async (one) => ({ ...one, entry: await readEntry(store, feed, one.sequence) })),
  );
  const gone = new Set(found.filter(({ entry }) => !entry).map(({ sequence }) => sequence));
  const after = { ...progress, held: progress.held.filter(({ sequence }) => !gone.has(sequence)) };
  const tasks = found.flatMap(({ entry, ...one }) => (entry ? [{ ...one, entry }] : []));
  return { tasks, after, isRetry: true };
}

async function planReplay(services: PlanServices, progress: CursorProgress, replay: Replay): Promise<Plan> {
  const { generation, sequence, until } = replay;
  const page = await readPage(services, progress, { start: { place: { generation, sequence } } });
  const upTo = (reached: number) => ({
    ...progress,
    replay: reached >= until ? undefined : { ...replay, sequence: reached },
  });
  const isGone = page.entries.length === 0 || page.next.generation !== generation;
  if (isGone) return { tasks: [], after: upTo(until), isRetry: false };
  const { tasks, sequence: reached } = take(services, page, { until, wants: () => true });
  return { tasks, after: upTo(reached), isRetry: false, upTo: services.webhook.ordered ? upTo : undefined };
}

async function planNext(services: PlanServices, progress: CursorProgress): Promise<Plan | undefined> {
  const page = await readPage(services, progress, {});
  if (page.entries.length === 0) return undefined;
  const { tasks, sequence, at } = take(services, page, { wants: () => true });
  const { generation } = page.next;
  const upTo = (reached: number, time: string | undefined) => ({
    ...{ ...progress, generation, sequence: reached, at: time, urgent: undefined },
  });
  return { tasks, after: upTo(sequence, at), isRetry: false, upTo };
}

const endings = /\.(deactivated|disabled|deleted|removed)$/;
const endsAccess = ({ type }: FeedEntry) => endings.test(type);

/** Looks ahead in all of the feed for events that end access, and then sends the others. */
async function planUnordered(services: PlanServices, progress: CursorProgress): Promise<Plan | undefined> {
  const { generation = '', sequence = 0, urgent = sequence } = progress;
  const isNew = progress.generation === undefined;
  const ahead = await readPage(services, progress, {
    start: isNew ? undefined : { place: { generation, sequence: urgent } },
    limit: feedLimits.eventsPerPageMax,
  });
  if (ahead.entries.length > 0) {
    const first = take(services, ahead, { wants: endsAccess });
    const isContinued = ahead.next.generation === progress.generation;
    const place = { generation: ahead.next.generation, sequence: isContinued ? sequence : before(ahead) };
    return { tasks: first.tasks, after: { ...progress, ...place, urgent: first.sequence }, isRetry: false };
  }
  if (isNew || sequence >= urgent) return undefined;
  const page = await readPage(services, progress, {});
  const rest = take(services, page, { until: urgent, wants: (entry) => !endsAccess(entry) });
  const after = { ...progress, sequence: rest.sequence, at: rest.at ?? progress.at };
  return { tasks: rest.tasks, after, isRetry: false };
}

/** The sequence before the first entry of a page. */
const before = ({ entries: [first] }: EntryPage) => sequenceOf(first) - 1;

/** Reads entries behind the place of a cursor, or from the time on if the feed does not continue there. */
async function readPage(
  { store, feed, webhook }: PlanServices,
  { generation, sequence = 0, at }: CursorProgress,
  { start, limit = webhookLimits.windowEventsMax }: { start?: FeedStart | undefined; limit?: number },
): Promise<EntryPage> {
  const time = at === undefined ? webhook.created : Date.parse(at);
  const usual = generation === undefined ? { time } : { place: { generation, sequence } };
  const query = { limit, snapshotUrl: '' };
  try {
    return await readEntries(store, feed, { ...query, start: start ?? usual });
  } catch (thrown) {
    if (!(thrown instanceof ScimError) || thrown.code !== 'cursorGone') throw thrown;
    return readEntries(store, feed, { ...query, start: { time } });
  }
}

interface Selection {
  /** The last sequence to take. */
  readonly until?: number;
  readonly wants: (entry: FeedEntry) => boolean;
}

/** Takes the wanted events of a page, at most `max`, and the place behind all that it has looked at. */
function take({ webhook, max, now }: PlanServices, page: EntryPage, { until = Infinity, wants }: Selection) {
  const tasks: Task[] = [];
  let last: FeedEntry | undefined;
  for (const entry of page.entries) {
    if (tasks.length === max || sequenceOf(entry) > until) break;
    last = entry;
    if (!wants(entry) || !isWanted(entry, webhook.types)) continue;
    tasks.push({ entry, sequence: sequenceOf(entry), attempts: 0, due: now, lane: laneOf(webhook, entry) });
  }
  return { tasks, sequence: last ? sequenceOf(last) : Math.min(until, page.next.sequence), at: last?.at };
}

/** Members of one group or team are told one after the other, and everything of an ordered endpoint. */
function laneOf({ ordered }: WebhookDocument, { id, type, object }: FeedEntry): string {
  if (ordered) return 'all';
  return type.endsWith('.members_changed') ? `${type} ${object}` : id;
}

async function readEntry(
  store: DocumentStore,
  feed: string,
  sequence: number,
): Promise<FeedEntry | undefined> {
  const [entry] = await entriesAfter(store, feed, { after: sequence - 1, limit: 1 });
  return entry && sequenceOf(entry) === sequence ? entry : undefined;
}
