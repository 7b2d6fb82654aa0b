import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compile, findBicep, takeSnapshots, withoutBicep } from '../../tools/infra/bicep.ts';
import { readPending, snapshotFolder, snapshotPath } from '../../tools/infra/snapshots.ts';
import { snapshotFaults } from './snapshot-faults.ts';

const bicep = await findBicep();
if (!bicep) process.stderr.write(`${withoutBicep}\n`);

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'muster-snapshots-'));
  cpSync(snapshotFolder, folder, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

test('E2: the templates deploy what the compiler predicted, but for what is pending', () => {
  expect(snapshotFaults(readPending())).toEqual([]);
});

describe('the compiler', () => {
  test.skipIf(!bicep)('E2: has nothing to say about the templates', { timeout: 300_000 }, async () => {
    expect(bicep && (await compile(bicep))).toEqual([]);
  });

  test.skipIf(!bicep)('E2: predicts what our evaluator does', { timeout: 300_000 }, async () => {
    expect(bicep && (await takeSnapshots(bicep, folder))).toEqual([]);
    expect(snapshotFaults([], folder)).toEqual([]);
    expect(readPending()).toEqual([]);
  });
});

describe('a snapshot that differs', () => {
  const place = 'Microsoft.KeyVault/vaults/kv-muster-3qjv5cfrvbynm properties.softDeleteRetentionInDays';
  const shorter = { place, reason: 'is shorter' };

  function edit(from: string, to: string): void {
    const path = snapshotPath('private', folder);
    writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));
  }
  const shorten = () => edit('"softDeleteRetentionInDays": 90', '"softDeleteRetentionInDays": 30');

  test('is reported with the place and both values', () => {
    shorten();
    expect(snapshotFaults(readPending(), folder)).toEqual([`${place} is 90, in the snapshot 30`]);
    expect(snapshotFaults([...readPending(), shorter], folder)).toEqual([]);
  });

  test.each([
    [
      'a resource more',
      '"predictedResources": [',
      '"predictedResources": [{ "id": "one" },',
      /^one is absent/,
    ],
    ['another output', '"functionAppName": "func', '"functionAppName": "f', /^outputs functionAppName is/],
    [
      'another version',
      '"apiVersion": "2024-11-30"',
      '"apiVersion": "2023-01-31"',
      / apiVersion is "2024-11-30", /,
    ],
    ['an expression that yields another value', ').clientId', ').principalId', / is "11111111-1111-4111/],
    ['a longer list', '"10.40.0.0/16"', '"10.40.0.0/16", "10.41.0.0/16"', / properties\.\S+\.1 is absent, /],
  ])('is noticed by %s', (_, from, to, sentence) => {
    edit(from, to);
    expect(snapshotFaults(readPending(), folder)).toEqual([expect.stringMatching(sentence)]);
  });

  test('is pending only while it differs, and for a reason', () => {
    const stale = `pending.json lists ${place}, which does not differ`;
    expect(snapshotFaults([...readPending(), shorter])).toEqual([stale]);
    shorten();
    const unexplained = `pending.json gives no reason for ${place}`;
    expect(snapshotFaults([...readPending(), { place, reason: '' }], folder)).toEqual([unexplained]);
  });
});
