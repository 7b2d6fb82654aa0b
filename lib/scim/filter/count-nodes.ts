import type { Filter } from './ast.ts';

/** How many comparisons, presence tests and operators a filter has, which is what one evaluation takes. */
export function countNodes(filter: Filter): number {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.filters.reduce((sum, term) => sum + countNodes(term), 1);
    case 'not':
    case 'valuePath':
      return countNodes(filter.filter) + 1;
    default:
      return 1;
  }
}
