import type { ConversionPage } from '../../lib/accounts/convert-logins.ts';
import type { Api } from './api/api.ts';

/** What a conversion comes to, or has come to so far. */
export type Conversion = Omit<ConversionPage, 'next'>;

/** How far a conversion is. */
export interface Standing extends Conversion {
  /** Where to go on; absent at the beginning. */
  readonly after?: string;
}

export const nothingConverted: Standing = { converted: 0, unchanged: 0, clashes: [] };

/** How many accounts have been looked at. */
export function accountsIn({ converted, unchanged, clashes }: Conversion): number {
  return converted + unchanged + clashes.length;
}

interface ConversionCall {
  /** Of the operation for a tenant. */
  readonly path: string;
  readonly dryRun: boolean;
  /** Where to go on. */
  readonly from: Standing;
  /** Told after each page; the next waits for it. */
  readonly onPage: (standing: Standing) => Promise<void> | void;
}

/** Converts page by page, or tells what would become of the accounts. A page may be repeated. */
export async function convertLogins(
  api: Api,
  { path, dryRun, from, onPage }: ConversionCall,
): Promise<Conversion> {
  let standing = from;
  for (;;) {
    const { after } = standing;
    const page = await api.repeat<ConversionPage>(path, { dryRun, after });
    const { converted, unchanged, clashes } = standing;
    const sum = {
      converted: converted + page.converted,
      unchanged: unchanged + page.unchanged,
      clashes: [...clashes, ...page.clashes],
    };
    if (page.next === undefined) return sum;
    standing = { ...sum, after: page.next };
    await onPage(standing);
  }
}
