import functions, { type HttpResponseInit } from '@azure/functions';

/** A response with all of its body. */
interface WholeResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * Makes a response that the library sends as it is. It would convert any other to a `Response` of the Fetch standard
 * and read that one's stream, which takes longer than many a request. A response of another form stays as it is.
 *
 * The library reads `status`, `cookies`, `get()` and `entries()` of `headers`, and `values()` of `body`.
 */
export function toDirectResponse(response: HttpResponseInit): HttpResponseInit {
  if (!isWhole(response)) return response;
  const { status, headers, body } = response;
  return Object.create(functions.HttpResponse.prototype, {
    status: { value: status },
    cookies: { value: [] },
    headers: { value: new Map(Object.entries(headers)) },
    body: { value: body === undefined ? null : { values: () => [body] } },
  });
}

function isWhole(response: HttpResponseInit): response is HttpResponseInit & WholeResponse {
  const { status, headers, body, jsonBody, cookies } = response;
  const isPlain = headers !== undefined && Object.getPrototypeOf(headers) === Object.prototype;
  const isText = typeof body === 'string' || body === undefined;
  return status !== undefined && isPlain && isText && jsonBody === undefined && cookies === undefined;
}
