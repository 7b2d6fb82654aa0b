import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { limits } from '../base/limits.ts';

/** The HTTP half of an invocation. */
export interface Arrival {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Answers a request whose id has not the form of a UUID (400), or for which no invocation has come (503). */
type Refuse = (response: ServerResponse, status: 400 | 503) => void;

const idHeader = 'x-ms-invocation-id';
const idForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Pairs the HTTP requests of the host with its invocations. Neither waits for the other longer than
 * `limits.arrivalMillisecondsMax`.
 */
export class Arrivals {
  readonly #refuse: Refuse;
  readonly #awaited = new Map<string, (arrival: Arrival) => void>();
  /** Takes each request that came before its invocation. */
  readonly #early = new Map<string, () => Arrival>();

  constructor(refuse: Refuse) {
    this.#refuse = refuse;
  }

  readonly receive: RequestListener = (request, response) => {
    const id = request.headers[idHeader];
    if (typeof id !== 'string' || !idForm.test(id)) return this.#refuse(response, 400);
    if (this.#early.has(id)) return this.#refuse(response, 503);
    const deliver = this.#awaited.get(id);
    if (deliver) deliver({ request, response });
    else this.#hold(id, { request, response });
  };

  /** Waits for the HTTP half of an invocation; yields undefined if it does not come in time. */
  async expect(id: string): Promise<Arrival | undefined> {
    const take = this.#early.get(id);
    if (take) return take();
    return new Promise((resolve) => {
      const deliver = (arrival?: Arrival) => {
        clearTimeout(timer);
        this.#awaited.delete(id);
        resolve(arrival);
      };
      const timer = setTimeout(deliver, limits.arrivalMillisecondsMax);
      this.#awaited.set(id, deliver);
    });
  }

  #hold(id: string, arrival: Arrival): void {
    const { response } = arrival;
    const forget = () => {
      clearTimeout(timer);
      response.off('close', forget);
      this.#early.delete(id);
    };
    const timer = setTimeout(() => {
      forget();
      this.#refuse(response, 503);
    }, limits.arrivalMillisecondsMax);
    response.once('close', forget);
    this.#early.set(id, () => {
      forget();
      return arrival;
    });
  }
}
