import { describe, expect, test } from 'vitest';
import { compileTemplate } from '../../../tools/host/routing.ts';

describe('compileTemplate()', () => {
  test.each([
    ['Users/{id}', 'Users/1', { id: '1' }],
    ['Users/{id}', 'users/1/', { id: '1' }],
    ['Users/{id}', 'Users', undefined],
    ['Users/{id}', 'Users/', undefined],
    ['Users/{id?}', 'Users', { id: undefined }],
    ['{*rest}', '', { rest: undefined }],
    ['{*rest}', 'a/b', { rest: 'a/b' }],
    ['files/{name}.{ext}', 'files/a.txt', { name: 'a', ext: 'txt' }],
    ['v{n:int}/x', 'v12/x', { n: '12' }],
    ['v{n:int}/x', 'vx/x', undefined],
    ['{id:guid}', '0f8fad5b-d9cb-469f-a165-70867728950e', { id: '0f8fad5b-d9cb-469f-a165-70867728950e' }],
    ['.search', '.search', {}],
    ['.search', 'xsearch', undefined],
  ])('%s on %s yields %j', (template, path, groups) => {
    const found = compileTemplate(template).exec(path);
    expect(found ? { ...found.groups } : undefined).toEqual(groups);
  });

  test.each([
    ['{id:regex(a)}', 'segment'],
    ['{id:unheard}', 'constraint'],
    ['a{b', 'segment'],
  ])('refuses %s', (template, word) => {
    expect(() => compileTemplate(template)).toThrow(word);
  });
});
