/** The address of the endpoint on this machine, and the key of its management API. */
export interface ManageAccess {
  readonly baseUrl: string;
  readonly functionKey: string;
}

/** A refusal of the management API; the message is the API's own if there is one. */
export class ManageError extends Error {
  override readonly name = 'ManageError';
  readonly status: number;

  constructor(status: number, detail: string | undefined) {
    super(detail ?? `it answers ${status}`);
    this.status = status;
  }
}

/** Calls the management API: POST with a body, otherwise GET. Throws a ManageError. */
export async function manage(
  { baseUrl, functionKey }: ManageAccess,
  path: string,
  body?: object,
): Promise<Record<string, unknown>> {
  const answer = await fetch(baseUrl + path, {
    method: body ? 'POST' : 'GET',
    headers: { 'x-functions-key': functionKey, 'content-type': 'application/json' },
    signal: AbortSignal.timeout(10_000),
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (answer.ok) return JSON.parse(text);
  throw new ManageError(answer.status, detailOf(text));
}

function detailOf(text: string): string | undefined {
  try {
    const { detail } = JSON.parse(text);
    return typeof detail === 'string' ? detail : undefined;
  } catch {
    return undefined;
  }
}
