/** The way to reach the management API of an endpoint. */
export interface Access {
  /** `https://host`, without a path. */
  readonly baseUrl: string;
  /** The path at which the API begins. */
  readonly root: '/manage' | '/operate';
  /** The header with the credential. */
  credential(): Promise<readonly [name: string, value: string]>;
  /** Called after a refusal; true if the next credential may be a new one. */
  renew(): boolean;
  /** Advice for a user whose credential is refused. */
  readonly advice: string;
  /** The folder for files about this endpoint that commands keep for later commands. */
  readonly stateFolder: string;
}

/** The options of the command line that name the endpoint. */
export interface AccessOptions {
  readonly data?: string;
  readonly url?: string;
  readonly keyFile?: string;
  readonly entra?: boolean;
}
