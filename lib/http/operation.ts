import type { ClientProfile } from '../scim/client-quirks.ts';
import type { ScimError } from '../scim/errors.ts';
import type { JsonObject, JsonValue } from '../scim/json.ts';
import type { ResourceType } from '../scim/schema/attribute.ts';
import type { BodyBound } from './body.ts';

/** A request once its caller is known and its body is read. */
export interface AdmittedRequest {
  /** Values of the placeholders in the route's template. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly header: (name: string) => string | undefined;
  /** Null when the operation reads none. */
  readonly body: JsonValue;
  readonly profile: ClientProfile;
  /** The resource types that the endpoint offers. */
  readonly types: readonly ResourceType[];
  /** Takes note of the quirks that were normalised. */
  readonly note: (quirks: readonly string[]) => void;
  /** Takes note, for the log, of a failure that the answer as a whole survives. */
  readonly report: (error: ScimError) => void;
  /** Takes note, for the audit, of an operation of the request that is answered with an error of its own. */
  readonly refused: (refusal: RefusedOperation) => void;
  /** The id of the user on whose behalf the client acts. */
  readonly subject?: string;
  /** The id that a creation is to give, where it was chosen beforehand. */
  readonly newId?: string;
}

/** One operation of a bulk request that failed. */
export interface RefusedOperation {
  readonly method: string;
  /** The name of the resource type. */
  readonly type?: string;
  readonly id?: string;
  /** What the client is answered (RFC 7644 3.12). */
  readonly error: JsonObject;
}

/** An answer in the protocol's terms, before the host's; `body` is absent where there is none. */
export interface ScimResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: JsonObject;
}

/** All that is known about one operation; the pipeline runs its steps from top to bottom. */
export interface Operation<Context, Command = unknown, Outcome = unknown> {
  /** What the caller must be entitled to; absent where nothing is done. */
  readonly scope?: string;
  readonly readsBody: boolean;
  /** That of a resource where absent. */
  readonly bodyBound?: BodyBound;
  /** Answers who presents no credential, where anyone may know; `endpointPath` is such as `/scim/v2`. */
  readonly forAnyone?: (endpointPath: string) => ScimResponse;
  /** Throws ScimError for what the client must mend. */
  parse(request: AdmittedRequest): Command;
  run(context: Context, command: Command): Promise<Outcome>;
  respond(outcome: Outcome, command: Command): ScimResponse;
}
