/** How the management API of an endpoint is reached. */
export interface Access {
  /** `https://host`, without a path. */
  readonly baseUrl: string;
  /** Where the API begins. */
  readonly root: '/manage' | '/operate';
  /** The header that admits. */
  credential(): Promise<readonly [name: string, value: string]>;
  /** After a refusal: tells whether there may be another credential now. */
  renew(): boolean;
  /** What to do when the credential is refused. */
  readonly advice: string;
  /** Where what concerns this endpoint is kept between commands. */
  readonly stateFolder: string;
}

/** What the command line says about the endpoint. */
export interface AccessOptions {
  readonly data?: string;
  readonly url?: string;
  readonly keyFile?: string;
  readonly entra?: boolean;
}
