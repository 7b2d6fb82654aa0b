import type { Marks } from '../../test/conformance/marks/mark.ts';
import type { Requirement } from './extract.ts';

/** The result for one requirement, from its marks, its tests and their results. */
export interface Verdict {
  readonly requirement: Requirement;
  readonly party: 'provider' | 'client' | 'deployment' | 'unmarked';
  readonly outcome: 'passed' | 'failed' | 'not tested' | 'not followed' | 'not the provider’s';
  /** The test's file. */
  readonly test?: string;
  /** The reason why Muster does not follow a requirement, or whom it is for. */
  readonly note?: string;
}

export interface Evidence {
  readonly marks: Marks;
  /** The test files, by the ids of the requirements. */
  readonly tests: ReadonlyMap<string, string>;
  readonly passed: (id: string) => boolean;
}

/** Returns the verdict on each requirement. */
export function judge(
  requirements: readonly Requirement[],
  { marks, tests, passed }: Evidence,
): readonly Verdict[] {
  return requirements.map((requirement) => {
    const mark = marks[requirement.id];
    if (!mark) return { requirement, party: 'unmarked', outcome: 'not tested' };
    const { party } = mark;
    if (mark.party !== 'provider') {
      return {
        requirement,
        party,
        outcome: 'not the provider’s',
        ...('note' in mark && { note: mark.note }),
      };
    }
    if ('notFollowed' in mark) return { requirement, party, outcome: 'not followed', note: mark.notFollowed };
    const id = mark.as ?? requirement.id;
    const test = tests.get(id);
    if (test === undefined) return { requirement, party, outcome: 'not tested' };
    return {
      requirement,
      party,
      outcome: passed(id) ? 'passed' : 'failed',
      test,
      ...(mark.as !== undefined && { note: `shown by ${mark.as}` }),
    };
  });
}
