import type { PolicyInput } from './policy.ts';
import { sguard } from './presets/sguard.ts';
import { signinghub } from './presets/signinghub.ts';
import { signl4 } from './presets/signl4.ts';
import { sofa } from './presets/sofa.ts';
import { v6 } from './presets/v6.ts';

/** Policies for new tenants, by name. Each follows the guide of a product. */
export const presets = { signl4, v6, sofa, sguard, signinghub } as const satisfies Record<
  string,
  PolicyInput
>;

/** The name of a preset, which stands for a product. */
export type PresetName = keyof typeof presets;
/** The names of all presets, in the order of the documentation. */
export const presetNames = Object.keys(presets) as readonly PresetName[];
