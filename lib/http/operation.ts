import type { JsonObject, JsonValue } from '../scim/json.ts';
import type { BodyBound } from './body.ts';
import type { Head } from './head.ts';

/** A request once its caller is known and its body is read. */
export interface AdmittedRequest extends Pick<Head, 'query' | 'header'> {
  /** Values of the placeholders in the route's template. */
  readonly params: Readonly<Record<string, string>>;
  /** Null when the operation reads none. */
  readonly body: JsonValue;
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
  parse(request: AdmittedRequest, context: Context): Command;
  run(context: Context, command: Command): Promise<Outcome>;
  respond(outcome: Outcome, command: Command): ScimResponse;
}
