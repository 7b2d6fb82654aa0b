import type { JsonObject, JsonValue } from '../scim/json.ts';
import type { BodyBound } from './body.ts';
import type { Head } from './head.ts';

/** A request whose client is authenticated and whose body is read. */
export interface AdmittedRequest extends Pick<Head, 'query' | 'header'> {
  /** Values of the placeholders in the route's template. */
  readonly params: Readonly<Record<string, string>>;
  /** Null if the operation reads no body. */
  readonly body: JsonValue;
}

/** A response before it is converted for the Functions host. */
export interface ScimResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: JsonObject;
  /** HTML in place of a body of JSON. */
  readonly page?: string;
}

/** The description of one operation. The pipeline runs its steps from top to bottom. */
export interface Operation<Context, Command = unknown, Outcome = unknown> {
  /** The scope that the client needs; absent for operations that only refuse. */
  readonly scope?: string;
  readonly readsBody: boolean;
  /** `limits.requestBodyBytesMax` by default. */
  readonly bodyBound?: BodyBound;
  /** Answers requests without a credential, if that is allowed. `endpointPath` is such as `/scim/v2`. */
  readonly forAnyone?: (endpointPath: string) => ScimResponse | Promise<ScimResponse>;
  /** Throws ScimError for a fault that the client must correct. */
  parse(request: AdmittedRequest, context: Context): Command;
  run(context: Context, command: Command): Promise<Outcome>;
  respond(outcome: Outcome, command: Command): ScimResponse;
}
