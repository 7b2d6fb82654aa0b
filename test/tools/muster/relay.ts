import type { Endpoint } from '../../support/endpoint.ts';
import { type Asked, type StandIn, startStandIn } from './stand-in.ts';

/** Hands every request on to an endpoint, once `before` lets it. */
export function startRelay(
  endpoint: Pick<Endpoint, 'baseUrl'>,
  before: (asked: Asked) => Promise<void> | void = () => {},
): Promise<StandIn> {
  return startStandIn(async (asked) => {
    await before(asked);
    const { method, url, headers, body } = asked;
    const { 'x-functions-key': key = '' } = headers;
    const response = await fetch(endpoint.baseUrl + url, {
      method,
      headers: { 'x-functions-key': String(key), 'content-type': 'application/json' },
      ...(body !== '' && { body }),
    });
    return { status: response.status, body: await response.text() };
  });
}
