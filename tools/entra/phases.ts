import { cleanGroups, cleanUsers } from './phases/clean.ts';
import { testConnection } from './phases/connection.ts';
import { deleteGroups, hardDelete, softDelete } from './phases/deletion.ts';
import {
  incrementalEnables,
  incrementalGroups,
  incrementalManagers,
  incrementalUsers,
} from './phases/incremental.ts';
import { initialGroups, initialManagers, initialUsers } from './phases/initial.ts';
import { provisionOnDemand } from './phases/on-demand.ts';
import { readBack, readBackAll } from './phases/read-back.ts';
import type { Phase } from './run.ts';

/** The first phase; if it fails, Entra ID does not start provisioning. */
export const connectionPhase: Phase = testConnection;

/** The phases of Entra ID's provisioning of an application, in order. */
export const provisioningPhases: readonly Phase[] = [
  initialUsers,
  initialManagers,
  initialGroups,
  readBack('Read back: initial cycle'),
  incrementalUsers,
  incrementalEnables,
  incrementalManagers,
  incrementalGroups,
  readBack('Read back: incremental cycle'),
  softDelete,
  hardDelete,
  deleteGroups,
  provisionOnDemand,
  readBackAll,
];

/** The phases of `--clean`, in order. */
export const cleaningPhases: readonly Phase[] = [cleanGroups, cleanUsers];
