import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of the snapshots, and of the list of places that differ from them. */
export const snapshotFolder = 'infra/snapshots';

/** The deployments that snapshots are taken of: the variables that infra/main.bicepparam reads, by a name. */
export const snapshotVariants = {
  public: {},
  private: {
    MUSTER_PRIVATE_NETWORK: 'true',
    MUSTER_ZONE_REDUNDANT: 'true',
    MUSTER_MAXIMUM_THROUGHPUT: '4000',
    MUSTER_ALERT_EMAIL: 'a@example.com',
    MUSTER_ALWAYS_READY: '2',
    MUSTER_PUBLIC_BASE_URL: 'https://scim.example.com',
  },
} as const;

export type SnapshotVariant = keyof typeof snapshotVariants;

export const snapshotNames = Object.keys(snapshotVariants) as readonly SnapshotVariant[];

/** A place that differs, itself or below, from the snapshots until somebody with the compiler takes them again. */
export interface Pending {
  /** Id without the resource group and path, as `Microsoft.Web/sites/one properties.httpsOnly`; or the id alone. */
  readonly place: string;
  readonly reason: string;
}

/** The path of a variant's snapshot in a folder. */
export function snapshotPath(name: SnapshotVariant, folder: string): string {
  return join(folder, `${name}.snapshot.json`);
}

/** Reads the list of places that differ from the snapshots. */
export function readPending(): readonly Pending[] {
  return JSON.parse(readFileSync(join(snapshotFolder, 'pending.json'), 'utf8'));
}
