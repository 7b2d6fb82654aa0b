import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createLog } from '../../lib/base/log.ts';
import { type Node, sourceFiles, visit } from '../../tools/house/source.ts';
import type { Fields } from './evaluate.ts';
import { resourcesOf, valueAt, variants } from './variants.ts';

const largest = variants['the largest deployment'];

interface Rule {
  readonly query: string;
  readonly every: string;
  readonly over: string;
}

function logRules(given?: Fields): readonly Rule[] {
  return resourcesOf('Microsoft.Insights/scheduledQueryRules', given).map((rule) => {
    const criteria = valueAt(rule, 'properties.criteria.allOf') as readonly Fields[];
    return {
      query: String(criteria[0]?.query),
      every: String(valueAt(rule, 'properties.evaluationFrequency')),
      over: String(valueAt(rule, 'properties.windowSize')),
    };
  });
}

const alertNames = (given?: Fields) =>
  ['metricAlerts', 'scheduledQueryRules'].flatMap((kind) =>
    resourcesOf(`Microsoft.Insights/${kind}`, given).map(({ name }) => name),
  );

/** Values of `event` in what lib hands to the log, in objects and in types of lines. */
function eventsWritten(): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { program } of sourceFiles('lib')) {
    visit(program, (node) => {
      const key = (node.key as Node & { name?: string })?.name;
      const value = (node.value as Node & { value?: unknown })?.value;
      if (node.type === 'Property' && key === 'event' && typeof value === 'string') found.add(value);
    });
  }
  return found;
}

afterEach(() => vi.restoreAllMocks());

describe('log alerts', () => {
  test('ask for events that the code writes', () => {
    const asked = new Set(logRules().flatMap(({ query }) => query.match(/(?<=event == ")[a-z-]+/g) ?? []));
    const written = eventsWritten();
    expect([...asked].filter((event) => !written.has(event)).sort()).toEqual([]);
    expect([...asked]).toContain('request');
  });

  test('know a line of the log by its beginning, and read its fields', () => {
    const lines: string[] = [];
    for (const stream of ['log', 'error'] as const) {
      vi.spyOn(console, stream).mockImplementation((line) => void lines.push(line));
    }
    const log = createLog('debug') as (level: 'error', line: object) => void;
    log('error', { event: 'request', status: 503 });
    const beginnings = logRules().flatMap(({ query }) => query.match(/(?<=startswith ')[^']+/g) ?? []);
    expect(beginnings.length).toBeGreaterThan(0);
    expect(beginnings.filter((beginning) => !lines[0]?.startsWith(beginning))).toEqual([]);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ event: 'request', status: 503 });
  });

  test('count the errors that the host answers, of which Flex Consumption has no metric', () => {
    const [rule, ...others] = logRules().filter(({ query }) => /, AppRequests$/m.test(query));
    expect(others).toEqual([]);
    expect(rule?.query).toMatch(
      /\| where status >= 500 and status != 501 \| summarize answers = sum\(ItemCount\) \| where answers > 10$/,
    );
    const ofApps = resourcesOf('Microsoft.Insights/metricAlerts', largest).filter(({ body }) =>
      JSON.stringify(body).includes('Microsoft.Web/sites'),
    );
    expect(ofApps).toEqual([]);
  });

  test('F9: count no 501, which says what Muster does not support', () => {
    const failures = logRules().filter(({ query }) => query.includes('status >= 500'));
    expect(failures).toHaveLength(2);
    for (const { query } of failures) expect(query).toContain('status >= 500 and status != 501');
  });

  test('answer where a table has not been created yet', () => {
    const tables = logRules().map(({ query }) => query.split('\n')[0]);
    for (const from of tables) {
      expect(from).toMatch(/^union isfuzzy=true \(datatable\(TimeGenerated: datetime, .+\)\[\]\), \w+$/);
    }
  });

  test('run as often and look as far back as Azure allows', () => {
    const allowed = ['PT5M', 'PT10M', 'PT15M', 'PT30M', 'PT1H', 'PT2H', 'PT6H', 'P1D'];
    for (const { every, over } of logRules()) {
      expect(allowed).toContain(every);
      expect(allowed.indexOf(over)).toBeGreaterThanOrEqual(allowed.indexOf(every));
    }
  });
});

describe('alerts', () => {
  test('each have a row in docs/deploy.md that says what to do', () => {
    const page = readFileSync('docs/deploy.md', 'utf8');
    const rows = [...page.matchAll(/^\| `(muster-[a-z-]+)` \| .{20,} \| .{20,} \|$/gm)].map(
      ([, name]) => name,
    );
    expect(rows.sort()).toEqual([...alertNames(largest)].sort());
  });

  test('watch the throughput where there is one', () => {
    expect(alertNames(largest).filter((name) => !alertNames().includes(name))).toEqual(['muster-throughput']);
  });

  test('tell the operators, if there is an address', () => {
    const rules = (given?: Fields) => [
      ...resourcesOf('Microsoft.Insights/metricAlerts', given),
      ...resourcesOf('Microsoft.Insights/scheduledQueryRules', given),
    ];
    const [group] = resourcesOf('Microsoft.Insights/actionGroups', largest);
    const told = (given?: Fields) =>
      rules(given).filter((rule) =>
        JSON.stringify(valueAt(rule, 'properties.actions')).includes('/ag-muster'),
      );
    expect(group && JSON.stringify(group.body)).toContain('operators@example.com');
    expect(told(largest)).toEqual(rules(largest));
    expect(told()).toEqual([]);
    expect(resourcesOf('Microsoft.Insights/actionGroups')).toEqual([]);
  });
});
