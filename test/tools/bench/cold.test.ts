import { describe, expect, test } from 'vitest';
import { type ColdResult, runCold } from '../../../tools/bench/cold.ts';
import { coldNames } from '../../../tools/bench/cold-apps.ts';
import { coldCpuTable, coldOverhead, coldRatios, coldTable } from '../../../tools/bench/cold-report.ts';

describe('runCold()', () => {
  test('starts every app in each round, and each registers before it answers', {
    timeout: 120_000,
  }, async () => {
    const results = await runCold({ rounds: 1, warmUpRounds: 0 });
    expect(results.map(({ name, starts }) => [name, starts.length])).toEqual([
      [coldNames.bare, 1],
      [coldNames.empty, 1],
      [coldNames.package, 1],
      [coldNames.unbundled, 1],
    ]);
    for (const { name, starts } of results) {
      for (const { registered, registeredCpu, answered, answeredCpu } of starts) {
        expect(Math.min(registered, registeredCpu)).toBeGreaterThan(0);
        if (name === coldNames.bare) continue;
        expect(answered).toBeGreaterThan(registered);
        expect(answeredCpu).toBeGreaterThan(registeredCpu);
      }
    }
  });
});

describe('the tables of cold starts', () => {
  const started = (name: string, registered: readonly number[]): ColdResult => ({
    name,
    starts: registered.map((milliseconds) => ({
      registered: milliseconds,
      registeredCpu: milliseconds / 2,
      answered: 2 * milliseconds,
      answeredCpu: milliseconds,
    })),
  });
  // The second round was disturbed: everything took twice as long.
  const results = [
    started(coldNames.bare, [50, 100, 50]),
    started(coldNames.empty, [75, 150, 75]),
    started(coldNames.package, [150, 300, 150]),
    started(coldNames.unbundled, [600, 1_200, 600]),
  ];

  test('give medians, and compare within a round', () => {
    expect(coldTable(results).rows).toEqual([
      [coldNames.bare, '50', '', '', '', ''],
      [coldNames.empty, '75', '25', '', '150', '50'],
      [coldNames.package, '150', '100', '75: missed', '300', '200'],
      [coldNames.unbundled, '600', '550', '', '1200', '1100'],
    ]);
    expect(coldCpuTable(results).rows).toEqual([
      [coldNames.bare, '25', '', '', ''],
      [coldNames.empty, '38', '13', '75', '25'],
      [coldNames.package, '75', '50', '150', '100'],
      [coldNames.unbundled, '300', '275', '600', '550'],
    ]);
    expect(coldRatios(results).rows).toEqual([
      ['package to empty function app', '2.00×', '2.00×'],
      ['unbundled to package', '4.00×', '4.00×'],
    ]);
    expect(coldOverhead(results)).toBe(100);
  });

  test('say when the package meets its aim', () => {
    const others = results.filter(({ name }) => name !== coldNames.package);
    const fast = [...others, started(coldNames.package, [120, 175, 125])];
    expect(coldTable(fast).rows.at(-1)?.[3]).toBe('75: met');
  });

  test('cannot be made without bare Node', () => {
    expect(() => coldOverhead(results.slice(1))).toThrow('"bare Node" was not started');
  });
});
