import { writeFileSync } from 'node:fs';
import { JsonReporter } from 'vitest/node';

/** Vitest's JSON reporter without its line that names the file, because the caller reads and removes the file. */
export default class QuietJsonReporter extends JsonReporter {
  async writeReport(report) {
    writeFileSync(process.env.MUSTER_TEST_RESULTS, report);
  }
}
