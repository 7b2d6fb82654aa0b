import type { ConversionPage } from '../../lib/accounts/convert-logins.ts';
import type { LoginSetting } from '../../lib/tenants/login-policy.ts';
import type { Api } from './api/api.ts';

/** The result of a conversion, or its result so far. */
export type Conversion = Omit<ConversionPage, 'next'>;

/** The progress of a conversion. */
export interface Standing extends Conversion {
  /** The setting that the logins follow afterwards. */
  readonly to: LoginSetting;
  /** The place to continue from; absent at the beginning. */
  readonly after?: string;
}

/** The progress before the first page. */
export function nothingConverted(to: LoginSetting): Standing {
  return { converted: 0, unchanged: 0, clashes: [], to };
}

/** The number of accounts that a conversion has processed. */
export function accountsIn({ converted, unchanged, clashes }: Conversion): number {
  return converted + unchanged + clashes.length;
}

interface ConversionCall {
  /** The path of the operation for a tenant. */
  readonly path: string;
  readonly dryRun: boolean;
  /** The progress to continue from. */
  readonly from: Standing;
  /** Called after each page; the next page waits for it. */
  readonly onPage: (standing: Standing) => Promise<void> | void;
}

/** Converts page by page; with `dryRun` it only reports what would change. It may send a page again. */
export async function convertLogins(
  api: Api,
  { path, dryRun, from, onPage }: ConversionCall,
): Promise<Conversion> {
  const { to } = from;
  let standing = from;
  for (;;) {
    const { after } = standing;
    const page = await api.repeat<ConversionPage>(path, { dryRun, to, after });
    const { converted, unchanged, clashes } = standing;
    const sum = {
      converted: converted + page.converted,
      unchanged: unchanged + page.unchanged,
      clashes: [...clashes, ...page.clashes],
    };
    if (page.next === undefined) return sum;
    standing = { ...sum, to, after: page.next };
    await onPage(standing);
  }
}
