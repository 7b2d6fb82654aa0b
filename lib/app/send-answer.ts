import type { ServerResponse } from 'node:http';
import type { Answer } from '../http/handler.ts';

/**
 * Sends an answer to the host. It does not wait for a slow reader: the host ends a worker whose invocations last too
 * long. Rejects with the error of a stream, and then closes the connection.
 */
export async function sendAnswer(
  response: ServerResponse,
  invocationId: string,
  { status, headers, body }: Answer,
): Promise<void> {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.setHeader('x-ms-invocation-id', invocationId);
  response.statusCode = status;
  if (body === undefined || typeof body === 'string') {
    response.end(body);
    return;
  }
  try {
    for await (const piece of body) {
      if (response.destroyed) return;
      response.write(piece);
    }
    response.end();
  } catch (error) {
    response.destroy();
    throw error;
  }
}
