import type { Random } from '../client/random.ts';
import type { Requests } from '../client/requests.ts';
import type { Phase as PhaseOf } from '../client/steps.ts';
import type { Directory } from './model.ts';
import type { Flavour } from './shapes.ts';

/** The context of every phase. */
export interface Run {
  readonly tenantUrl: string;
  readonly requests: Requests;
  readonly directory: Directory;
  readonly flavour: Flavour;
  /** Creates a source of choices for one purpose, so that concurrent steps do not affect each other's choices. */
  random(...purpose: readonly (string | number)[]): Random;
}

export type Phase = PhaseOf<Run>;
