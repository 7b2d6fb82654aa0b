import type { Clock } from '../base/clock.ts';
import { limits } from '../base/limits.ts';
import { type Rate, TokenBuckets } from '../base/token-buckets.ts';
import { type ScimError, tooManyRequests } from '../scim/errors.ts';

/** Shares the work of an instance among tenants. */
interface FairShare {
  /**
   * Waits for the turn of a tenant, and yields the function that ends it. Rejects with ScimError `tooManyRequests` if
   * the tenant has used up its rate while others wait, or if too many of its requests wait.
   */
  enter(tenant: string): Promise<() => void>;
}

/** The requests of one tenant. A tenant without any has no line. */
interface Line {
  running: number;
  /** Each begins a request, with the function that ends its turn. */
  readonly waiting: ((end: () => void) => void)[];
}

/**
 * Creates the share of one instance. While it has room, every request begins at once. Otherwise the tenants that wait
 * have turns one after the other, however many requests each has sent. One tenant never has all the room.
 */
export function createFairShare(rate: Rate, now: Clock): FairShare {
  const buckets = new TokenBuckets(rate, now);
  /** The tenant whose turn is next comes first. */
  const lines = new Map<string, Line>();
  let running = 0;

  const hasRoom = (line: Line) =>
    running < limits.requestsAtOnce && line.running < limits.requestsOfTenantAtOnce;

  function begin(tenant: string, line: Line): () => void {
    running += 1;
    line.running += 1;
    let isRunning = true;
    const end = () => {
      if (!isRunning) return;
      isRunning = false;
      clearTimeout(timer);
      running -= 1;
      line.running -= 1;
      if (line.running === 0 && line.waiting.length === 0) lines.delete(tenant);
      advance();
    };
    // A long request waits for the client or the store most of the time, so that it must not keep others waiting.
    const timer = setTimeout(end, limits.tenantTurnMilliseconds);
    timer.unref();
    return end;
  }

  function advance(): void {
    for (const [tenant, line] of lines) {
      if (!hasRoom(line)) continue;
      const first = line.waiting.shift();
      if (!first) continue;
      lines.delete(tenant);
      lines.set(tenant, line);
      first(begin(tenant, line));
      return;
    }
  }

  return {
    async enter(tenant) {
      const line = lines.get(tenant) ?? { running: 0, waiting: [] };
      const seconds = buckets.take(tenant);
      if (line.waiting.length === 0 && hasRoom(line)) {
        lines.set(tenant, line);
        return begin(tenant, line);
      }
      const othersWait = [...lines.values()].some((other) => other !== line && other.waiting.length > 0);
      if (seconds > 0 && othersWait) throw aboveRate(rate, seconds);
      if (line.waiting.length >= limits.requestsOfTenantWaitingMax) throw tooManyWait();
      lines.set(tenant, line);
      return new Promise<() => void>((resolve) => line.waiting.push(resolve));
    },
  };
}

function aboveRate({ perSecond }: Rate, seconds: number): ScimError {
  const detail =
    `This tenant sends more than ${perSecond} requests a second while others wait: send this one again after ` +
    'Retry-After seconds, and fewer at once';
  return tooManyRequests(detail, seconds);
}

function tooManyWait(): ScimError {
  const detail =
    `This tenant has ${limits.requestsOfTenantWaitingMax} requests that wait: send this one again after Retry-After ` +
    'seconds, and fewer at once';
  return tooManyRequests(detail, 1);
}
