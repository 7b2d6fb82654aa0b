import type { Site } from '../products/site.ts';
import { type Ended, muster } from '../tools/muster/muster.ts';

/** Runs a command of `muster` against the endpoint of a test file. */
export function exitOf({ endpoint }: Site, args: readonly string[]): Promise<Ended> {
  return muster(args, { env: { MUSTER_URL: endpoint.baseUrl, MUSTER_FUNCTION_KEY: endpoint.functionKey } });
}
