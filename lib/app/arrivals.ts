import http, { type RequestListener } from 'node:http';
import { Socket } from 'node:net';
import { limits } from '../base/limits.ts';

/** The wait of an invocation for its HTTP request. */
interface Arrival {
  state: 'awaited' | 'arrived' | 'lost';
  /** Ends the wait. */
  end(): void;
}

interface ArrivalParts {
  /** The listener of the library, which keeps what it gets until the invocation has taken it. */
  readonly deliver: RequestListener;
  /** Answers a request whose id has not the form of a UUID (400), or for which no invocation has come (503). */
  readonly refuse: (response: http.ServerResponse, status: 400 | 503) => void;
}

const idHeader = 'x-ms-invocation-id';
const idForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Pairs the HTTP requests of the host with its invocations, so that the library gets a request only while its
 * invocation waits. Neither waits for the other longer than `limits.arrivalMillisecondsMax`. Then the library gets an
 * empty request in place of a lost one: it refuses that one, stops waiting, and forgets the invocation.
 */
export class Arrivals {
  readonly #parts: ArrivalParts;
  readonly #awaited = new Map<string, Arrival>();
  /** Passes HTTP requests on that came before their invocation. */
  readonly #early = new Map<string, () => void>();

  constructor(parts: ArrivalParts) {
    this.#parts = parts;
  }

  readonly receive: RequestListener = (request, response) => {
    const { deliver, refuse } = this.#parts;
    const id = request.headers[idHeader];
    if (typeof id !== 'string' || !idForm.test(id)) return refuse(response, 400);
    if (this.#early.has(id)) return refuse(response, 503);
    const arrival = this.#awaited.get(id);
    if (!arrival) return this.#hold(id, request, response);
    arrive(arrival);
    deliver(request, response);
  };

  /** Announces an invocation. Its HTTP request may have come before it. */
  expect(id: string): Arrival {
    const arrival: Arrival = {
      state: 'awaited',
      end: () => {
        clearTimeout(timer);
        this.#awaited.delete(id);
      },
    };
    const timer = setTimeout(() => {
      arrival.state = 'lost';
      arrival.end();
      this.#parts.deliver(...standIn(id));
    }, limits.arrivalMillisecondsMax);
    this.#awaited.set(id, arrival);
    const pass = this.#early.get(id);
    if (pass) {
      arrive(arrival);
      pass();
    }
    return arrival;
  }

  #hold(id: string, ...[request, response]: Parameters<RequestListener>): void {
    const forget = () => {
      clearTimeout(timer);
      response.off('close', forget);
      this.#early.delete(id);
    };
    const timer = setTimeout(() => {
      forget();
      this.#parts.refuse(response, 503);
    }, limits.arrivalMillisecondsMax);
    response.once('close', forget);
    this.#early.set(id, () => {
      forget();
      this.#parts.deliver(request, response);
    });
  }
}

function arrive(arrival: Arrival): void {
  arrival.state = 'arrived';
  arrival.end();
}

function standIn(invocationId: string): Parameters<RequestListener> {
  const request = new http.IncomingMessage(new Socket());
  request.headers[idHeader] = invocationId;
  return [request, new http.ServerResponse(request)];
}
