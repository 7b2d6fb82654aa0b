import type { Meter } from '../store/document-store.ts';

/** The store operations of one request. */
export interface RequestCost extends Pick<Meter, 'operation'> {
  totals(): { operations: number; examined: number; requestUnits: number };
  /** Such as `operations=2; examined=1; units=0`. */
  print(): string;
}

/** Makes a counter that starts at 0. */
export function createCost(): RequestCost {
  let operations = 0;
  let examined = 0;
  let requestUnits = 0;
  return {
    operation(_name, documents, units = 0) {
      operations += 1;
      examined += documents;
      requestUnits += units;
    },
    totals: () => ({ operations, examined, requestUnits }),
    print: () => `operations=${operations}; examined=${examined}; units=${requestUnits}`,
  };
}
