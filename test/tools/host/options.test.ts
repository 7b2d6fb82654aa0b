import { describe, expect, test } from 'vitest';
import { readStartOptions } from '../../../tools/host/options.ts';

describe('readStartOptions()', () => {
  test.each([
    [[], { port: 7071, data: undefined, memory: false, asRealHost: false }],
    [['--port', '0', '--memory'], { port: 0, data: undefined, memory: true, asRealHost: false }],
    [['--as-real-host'], { port: 7071, data: undefined, memory: false, asRealHost: true }],
    [['--port=8080', '--data', 'here'], { port: 8080, data: 'here', memory: false, asRealHost: false }],
  ])('reads %j', (args, options) => {
    expect(readStartOptions(args)).toEqual(options);
  });

  test.each([
    [['--unheard'], /^Unknown option '--unheard'\.\n\nnpm start -- /],
    [['extra'], /^Unexpected argument 'extra'\.\n\nnpm start -- /],
    [['--port'], /--port.*\.\n\nnpm start -- /],
    [['--port', '70000'], /^--port needs a number from 0 to 65535, not "70000"/],
    [['--port', '8e3'], /not "8e3"/],
    [['--memory', '--data', 'x'], /^Use either --data or --memory/],
  ])('refuses %j', (args, sentence) => {
    expect(() => readStartOptions(args)).toThrow(sentence);
  });
});
