import { spawnSync } from 'node:child_process';
import { describe, expect, test, vi } from 'vitest';
import { createLog } from '../../lib/base/log.ts';
import { linesOf } from '../support/log-lines.ts';

/** Runs statements that have `createLog` in a process of their own; yields what they printed, and where. */
function run(statements: string): { readonly stdout: string; readonly stderr: string } {
  const source = `import { createLog } from './lib/base/log.ts';\n${statements}`;
  const args = ['--import', 'tsx', '--input-type=module', '--eval', source];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  return { stdout, stderr };
}

/** The cause that is logged for what was thrown. */
function causeOf(thrown: unknown): unknown {
  const write = vi.spyOn(console, 'error').mockImplementation(() => {});
  createLog('debug')('warning', { event: 'keys', message: 'm', cause: thrown });
  const [line] = write.mock.lastCall ?? [];
  write.mockRestore();
  return JSON.parse(line).cause;
}

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

describe('createLog()', () => {
  test('writes warnings and errors to the standard error, the others to the standard output', () => {
    const { stdout, stderr } = run(`
      const log = createLog('debug');
      for (const level of ['debug', 'information', 'warning', 'error']) log(level, { event: 'keys', message: level });
    `);
    expect(linesOf(stdout).map(({ level }) => level)).toEqual(['debug', 'information']);
    expect(linesOf(stderr).map(({ level }) => level)).toEqual(['warning', 'error']);
    // By these words the Functions host tells their severity.
    expect(stderr.split('\n').slice(0, 2)).toEqual([
      expect.stringContaining('warn'),
      expect.stringMatching(/^(?!.*warn).*error/),
    ]);
  });

  test('leaves out what is below its level', () => {
    const { stdout, stderr } = run(`
      const log = createLog('warning');
      for (const level of ['debug', 'information', 'warning', 'error']) log(level, { event: 'keys', message: level });
    `);
    expect([stdout, linesOf(stderr).length]).toEqual(['', 2]);
  });

  test('C6: writes the parts of a field as text for a terminal', () => {
    const { stdout } = run(`
      createLog('debug', 'text')('information', { event: 'maintenance', done: { keys: 2 }, differs: ['issuer'], n: 1 });
    `);
    expect(stdout.slice(9)).toBe('information maintenance done={"keys":2} differs=["issuer"] n=1\n');
  });

  test('writes one line whatever a value holds', () => {
    const { stderr } = run(String.raw`
      createLog('debug')('error', { event: 'keys', message: 'a\n{"level":"error","event":"forged"}\r\u2028"' });
    `);
    expect(linesOf(stderr)).toHaveLength(1);
    expect(stderr.trimEnd()).not.toContain('\n');
  });

  test('tells name, codes and places of what was thrown and of what is behind it', () => {
    const inner = Object.assign(new Error('inner'), { code: 'ECONNREFUSED' });
    const codes = { statusCode: 503, substatus: 1008, activityId: '0e984725-c51c-4bf4-9960-e1c80e27aba0' };
    const outer = new TypeError('outer', { cause: inner });
    expect(causeOf(Object.assign(outer, { kind: 'unavailable', ...codes }))).toEqual({
      name: 'TypeError',
      kind: 'unavailable',
      statusCode: 503,
      substatus: 1008,
      activityId: '0e984725-c51c-4bf4-9960-e1c80e27aba0',
      stack: expect.stringMatching(/^ {4}at .*log\.test\.ts:\d+:\d+(\n|$)/),
      cause: { name: 'Error', code: 'ECONNREFUSED', stack: expect.stringContaining('at ') },
    });
  });

  test.each([
    ['its message', new Error('zwick')],
    ['a message of several lines', new Error('zwick\n    at zwick (/zwick.ts:1:1)\n    at zwick')],
    ['a message changed later', Object.assign(new Error('zwick'), { message: 'other' })],
    ['a name', Object.assign(new Error(''), { name: 'zwick zwick' })],
    ['a code with spaces', Object.assign(new Error(''), { code: 'zwick zwick' })],
    ['a code that is an object', Object.assign(new Error(''), { code: { zwick: 1 } })],
    ['another property', Object.assign(new Error(''), { body: 'zwick', headers: { zwick: 1 } })],
    ['its cause', new Error('', { cause: new Error('zwick', { cause: 'zwick' }) })],
    ['its parts', new AggregateError([new Error('zwick'), 'zwick'], 'zwick')],
    ['a text that was thrown', 'zwick'],
    ['an object that was thrown', { message: 'zwick' }],
    ['what JSON.parse says', thrownBy(() => JSON.parse('zwick'))],
  ])('keeps to itself %s', (_, thrown) => {
    const cause = causeOf(thrown);
    expect(cause).toMatchObject({ name: expect.any(String) });
    expect(JSON.stringify(cause)).not.toContain('zwick');
  });

  test('ends where causes go round in a circle, and after five parts', () => {
    const error = new Error('');
    error.cause = error;
    const circle = causeOf(error);
    expect(JSON.stringify(circle).match(/"name"/g)).toHaveLength(5);
    const many = causeOf(new AggregateError(Array.from({ length: 99 }, () => new Error(''))));
    expect((many as { errors: unknown[] }).errors).toHaveLength(5);
  });
});
