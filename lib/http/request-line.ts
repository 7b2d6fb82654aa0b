/** One line of the log for each request; it names no person and holds no secret. */
export interface RequestLine {
  readonly event: 'request';
  readonly function: string;
  readonly method: string;
  readonly status: number;
  readonly milliseconds: number;
  readonly requestId: string;
  /** A UUID that the client gave the request. */
  readonly clientRequestId?: string;
  /** W3C trace id. */
  readonly traceId?: string;
  readonly tenant?: string;
  readonly credential?: string;
  /** The code of the error catalogue. */
  readonly error?: string;
  /** Only of failures inside the service provider. */
  readonly cause?: unknown;
  /** How often each deviation of the client was met. */
  readonly quirks: Readonly<Record<string, number>>;
  readonly operations: number;
  readonly examined: number;
  readonly requestUnits: number;
}
