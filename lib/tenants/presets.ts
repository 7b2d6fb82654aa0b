import type { PolicyInput } from './policy.ts';
import { sguard } from './presets/sguard.ts';
import { signinghub } from './presets/signinghub.ts';
import { signl4 } from './presets/signl4.ts';
import { sofa } from './presets/sofa.ts';
import { v6 } from './presets/v6.ts';

/** Policies to begin with, by name; each stands for a product whose guide it follows. */
export const presets = { signl4, v6, sofa, sguard, signinghub } as const satisfies Record<
  string,
  PolicyInput
>;

export type PresetName = keyof typeof presets;
export const presetNames = Object.keys(presets) as readonly PresetName[];
