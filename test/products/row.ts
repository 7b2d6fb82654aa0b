import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { mergePatch } from '../../lib/manage/merge-patch.ts';
import type { JsonObject } from '../../lib/scim/json.ts';
import { policySchema } from '../../lib/tenants/policy.ts';
import { type PresetName, presets } from '../../lib/tenants/presets.ts';
import {
  idsOf,
  type Part,
  type ProductRow,
  productSection,
  sentenceSection,
} from '../../tools/products/page.ts';
import { type Setting, settingsOf } from '../../tools/products/setting.ts';
import type { Matching } from './entra.ts';
import { type Site, shareSite } from './site.ts';
import { openStage, type Stage } from './stage.ts';

interface Says {
  /** What the product does, in one sentence. */
  readonly says: string;
  /** What switches the behaviour on, where it is an option. */
  readonly on?: JsonObject;
  /** What it depends on that is not there yet; it is not run. */
  readonly pending?: string;
}

/** A row is brought about by settings, each of which the steps miss when it is taken away, or it is there always. */
export type Declaration = Says &
  (
    | { readonly off: JsonObject | readonly JsonObject[]; readonly always?: never }
    | { readonly always: string; readonly off?: never }
  );

declare module 'vitest' {
  interface TaskMeta {
    row?: ProductRow;
  }
}

const usualMatching: Matching = { '/Users': 'userName', '/Groups': 'displayName' };

/**
 * Begins the tests of a product and yields what registers those of a row: its steps succeed in a tenant made from the
 * preset, and miss an expectation in one where a setting that brings the row about is taken away.
 */
export function rowsOf(preset: PresetName, matching: Partial<Matching> = {}, part: Part = 'behaviours') {
  const rows: ProductRow[] = [];
  let site: Site;
  beforeAll(async () => {
    site = await shareSite();
  });

  test(`docs/products.md has the ${part} of ${preset} with their settings`, () => {
    expect(rows.map(({ id }) => id)).toEqual(idsOf(preset, part));
    const section = part === 'behaviours' ? productSection : sentenceSection;
    expect(readFileSync('docs/products.md', 'utf8')).toContain(section(preset, rows));
  });

  return (id: string, declared: Declaration, steps: (stage: Stage) => Promise<void>): void => {
    const { says, on = {}, off = [], always, pending } = declared;
    const open = (...patches: readonly JsonObject[]) =>
      openStage(site, { preset, patches, matching: { ...usualMatching, ...matching } });
    const offs = [off].flat().map((patch) => ({ patch, settings: settingsIn(preset, on, patch) }));
    const row: ProductRow = {
      ...{ id, says, settings: offs.flatMap(({ settings }) => settings) },
      ...(always && { always }),
      ...(pending && { pending }),
    };
    rows.push(row);

    const meta = { row };
    if (pending) return void test(`${id} ${says}`, { meta }, ({ skip }) => skip(pending));
    test(`${id} ${says}`, { meta }, async () => steps(await open(on)));
    for (const { patch, settings } of offs) {
      const names = settings.map(({ path }) => path).join(', ');
      test(`${id} not without ${names}`, { meta }, async () => {
        const stage = await open(on, patch);
        const outcome = await steps(stage).catch((thrown: unknown) => thrown);
        expect(outcome, 'an expectation is missed').toMatchObject({ name: 'AssertionError' });
      });
    }
  };
}

/** The settings that a patch takes away, as they are in the preset with the options of the row. */
function settingsIn(preset: PresetName, on: JsonObject, off: JsonObject): readonly Setting[] {
  const policy = JSON.parse(JSON.stringify(policySchema.parse(presets[preset])));
  return settingsOf(mergePatch(policy, on), { on, off });
}
