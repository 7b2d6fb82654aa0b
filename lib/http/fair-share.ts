import type { Clock } from '../base/clock.ts';
import { limits } from '../base/limits.ts';
import { type Rate, TokenBuckets } from '../base/token-buckets.ts';
import { type ScimError, tooManyRequests } from '../scim/errors.ts';

/** The requests of one tenant. A tenant without any has no line. */
interface Line {
  running: number;
  /** Each begins a request, with the function that ends its turn. */
  readonly waiting: ((end: () => void) => void)[];
}

/**
 * Shares the work of one instance among tenants. While it has room, every request begins at once. Otherwise the
 * tenants that wait have turns one after the other, however many requests each has sent. One tenant never has all the
 * room. A busy instance slows each tenant down to its rate. One above it is refused if it would wait too long while
 * others wait.
 */
export class FairShare {
  readonly #rate: Rate;
  readonly #buckets: TokenBuckets;
  /** Without the burst, which is for an instance that is not busy. */
  readonly #steady: TokenBuckets;
  readonly #senders: Senders;
  readonly #isBusy: () => boolean;
  /** The tenant whose turn is next comes first. */
  readonly #lines = new Map<string, Line>();
  #running = 0;
  #waiting = 0;
  #isAdvancing = false;
  #pace: NodeJS.Timeout | undefined;

  constructor(rate: Rate, now: Clock, isBusy: () => boolean) {
    this.#rate = rate;
    this.#buckets = new TokenBuckets(rate, now);
    this.#steady = new TokenBuckets({ ...rate, burst: rate.perSecond }, now);
    this.#senders = new Senders(now);
    this.#isBusy = isBusy;
  }

  /**
   * Waits for the turn of a tenant, and yields the function that ends it. Rejects with ScimError `tooManyRequests` if
   * too many requests of the tenant wait.
   */
  async enter(tenant: string): Promise<() => void> {
    this.#senders.note(tenant);
    const line = this.#lines.get(tenant) ?? { running: 0, waiting: [] };
    if (line.waiting.length === 0 && this.#mayBegin(tenant, line)) return this.#begin(tenant, line);
    this.#requirePlace(tenant, line);
    this.#lines.set(tenant, line);
    this.#waiting += 1;
    this.#advanceSoon();
    return new Promise<() => void>((resolve) => line.waiting.push(resolve));
  }

  /** Tests if there is room for a request of the tenant, and takes a token for it. */
  #mayBegin(tenant: string, line: Line): boolean {
    const isBusy = this.#isBusyBeside(tenant);
    const most = isBusy ? limits.requestsOfTenantWhileBusy : limits.requestsOfTenantAtOnce;
    if (this.#running >= limits.requestsAtOnce || line.running >= most) return false;
    if (isBusy && this.#steady.take(tenant) > 0) return false;
    this.#buckets.take(tenant);
    return true;
  }

  #isBusyBeside(tenant: string): boolean {
    return this.#senders.areBeside(tenant) && this.#isBusy();
  }

  #othersWait(line: Line): boolean {
    return this.#waiting > line.waiting.length;
  }

  #requirePlace(tenant: string, line: Line): void {
    const waiting = line.waiting.length;
    if (waiting >= limits.requestsOfTenantWaitingMax) throw tooManyWait();
    const { perSecond } = this.#rate;
    if (waiting < perSecond * limits.pacedSecondsMax || !this.#buckets.isEmpty(tenant)) return;
    if (this.#isBusyBeside(tenant) || this.#othersWait(line)) throw aboveRate(perSecond);
  }

  #begin(tenant: string, line: Line): () => void {
    this.#lines.set(tenant, line);
    this.#running += 1;
    line.running += 1;
    let isRunning = true;
    const end = () => {
      if (!isRunning) return;
      isRunning = false;
      clearTimeout(timer);
      this.#running -= 1;
      line.running -= 1;
      if (line.running === 0 && line.waiting.length === 0) this.#lines.delete(tenant);
      this.#advanceSoon();
    };
    // A long request waits for the client or the store most of the time, so that it must not keep others waiting.
    const timer = setTimeout(end, limits.tenantTurnMilliseconds);
    timer.unref();
    return end;
  }

  /** Lets the event loop read what has arrived meanwhile before the next of those that wait begin. */
  #advanceSoon(): void {
    if (this.#isAdvancing || this.#waiting === 0) return;
    this.#isAdvancing = true;
    setImmediate(() => {
      this.#isAdvancing = false;
      this.#advance();
    });
  }

  /** Begins a request of each tenant that waits and has room. */
  #advance(): void {
    let begun = 0;
    for (const [tenant, line] of [...this.#lines]) {
      if (line.waiting.length === 0 || !this.#mayBegin(tenant, line)) continue;
      const first = line.waiting.shift();
      this.#waiting -= 1;
      this.#lines.delete(tenant);
      begun += 1;
      first?.(this.#begin(tenant, line));
    }
    if (begun > 0) this.#advanceSoon();
    else if (this.#waiting > 0)
      this.#pace ??= setTimeout(() => this.#nextToken(), 1_000 / this.#rate.perSecond);
  }

  #nextToken(): void {
    this.#pace = undefined;
    this.#advance();
  }
}

/** The two tenants that have sent a request last. */
class Senders {
  readonly #now: Clock;
  #last = { tenant: '', at: Number.NEGATIVE_INFINITY };
  #before = this.#last;

  constructor(now: Clock) {
    this.#now = now;
  }

  note(tenant: string): void {
    if (tenant !== this.#last.tenant) this.#before = this.#last;
    this.#last = { tenant, at: this.#now() };
  }

  /** Tests if another tenant sends requests too. */
  areBeside(tenant: string): boolean {
    const other = tenant === this.#last.tenant ? this.#before : this.#last;
    return this.#now() - other.at < limits.sendingMilliseconds;
  }
}

function aboveRate(perSecond: number): ScimError {
  const detail =
    `This tenant sends more than ${perSecond} requests a second while others wait: send this one again after ` +
    'Retry-After seconds, and fewer at once';
  return tooManyRequests(detail, limits.pacedSecondsMax);
}

function tooManyWait(): ScimError {
  const detail =
    `This tenant has ${limits.requestsOfTenantWaitingMax} requests that wait: send this one again after Retry-After ` +
    'seconds, and fewer at once';
  return tooManyRequests(detail, 1);
}
