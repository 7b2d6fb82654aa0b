import * as z from 'zod';

const days = (min: number, max: number) => z.int().min(min).max(max);

/** The settings of the audit trail. */
export const auditSchema = z.strictObject({
  level: z
    .enum(['warning', 'information', 'debug'])
    .default('information')
    .describe(
      '`warning` records refusals; `information` also changes; `debug` also requests that change nothing.',
    ),
  days: days(1, 3_650).default(90).describe('Days for which records are kept.'),
});

/** The settings of the feed. */
export const feedSchema = z.strictObject({
  days: days(7, 90).default(30).describe('Days for which events are kept.'),
});
