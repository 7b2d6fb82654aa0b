import { describe, expect, test } from 'vitest';
import { startInProcess } from '../../tools/fuzz/in-process.ts';
import { fuzz } from '../../tools/fuzz/run.ts';
import { drawnChoices } from '../support/chance.ts';

describe('a generated request', () => {
  test('is answered in SCIM within 50 ms, and thousands of them leave the directory consistent', async () => {
    await using app = await startInProcess();
    const { seed } = drawnChoices();

    const { findings, contradictions, statuses } = await fuzz(app, {
      runs: 2_500,
      seed,
      millisecondsMax: 50,
    });

    expect({ findings, contradictions }).toEqual({ findings: [], contradictions: [] });
    for (const status of [200, 201, 204, 400, 401, 404, 409]) expect(statuses[status]).toBeGreaterThan(10);
  }, 300_000);
});
