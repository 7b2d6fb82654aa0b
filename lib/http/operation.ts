import type { ClientProfile } from '../scim/client-quirks.ts';
import type { JsonObject, JsonValue } from '../scim/json.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';

/** A request once its caller is known and its body is read. */
export interface AdmittedRequest {
  /** Values of the placeholders in the route's template. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly header: (name: string) => string | undefined;
  /** Absent when the operation reads none. */
  readonly body?: JsonValue;
  readonly profile: ClientProfile;
  /** The resource types that the endpoint offers. */
  readonly types: readonly ResourceType[];
  /** Takes note of the quirks that were normalised. */
  readonly note: (quirks: readonly string[]) => void;
}

export interface ScimResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: JsonObject;
}

/** All that is known about one operation; the pipeline runs its steps from top to bottom. */
export interface Operation<Context, Command = unknown, Outcome = unknown> {
  readonly scope: string;
  readonly readsBody: boolean;
  /** Throws ScimError for what the client must mend. */
  parse(request: AdmittedRequest): Command;
  run(context: Context, command: Command): Promise<Outcome>;
  respond(outcome: Outcome, command: Command): ScimResponse;
}
