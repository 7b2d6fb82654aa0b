import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSealer } from '../../lib/keys/sealer.ts';

const secretOf = (text: string) => ({ serverSecret: async () => Buffer.from(text.padEnd(32, '.')) });
const sealer = createSealer({ secrets: secretOf('one'), name: 'cursor', randomBytes });

describe('createSealer()', () => {
  test('opens what it sealed for the same purpose, in characters that a URL leaves alone', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'grapheme' }),
        fc.string(),
        fc.string(),
        async (text, purpose, other) => {
          const sealed = await sealer.seal(text, purpose);
          expect(sealed).toMatch(/^[A-Za-z0-9_-]+$/);
          expect(await sealer.open(sealed, purpose)).toBe(text);
          if (other !== purpose) expect(await sealer.open(sealed, other)).toBeUndefined();
        },
      ),
    );
  });

  test('does not open what was changed anywhere, cut or lengthened', async () => {
    const sealed = await sealer.seal('text', 'purpose');
    const changed = Array.from(sealed, (character, at) => {
      const other = character === 'A' ? 'B' : 'A';
      return sealed.slice(0, at) + other + sealed.slice(at + 1);
    });
    const resized = [sealed.slice(1), sealed.slice(0, -1), `${sealed}A`, `${sealed}=`, `${sealed} `, '', 'A'];
    for (const text of [...changed, ...resized]) expect(await sealer.open(text, 'purpose')).toBeUndefined();
  });

  test('does not open what another server secret sealed', async () => {
    const other = createSealer({ secrets: secretOf('two'), name: 'cursor', randomBytes });

    expect(await other.open(await sealer.seal('text', 'purpose'), 'purpose')).toBeUndefined();
  });

  test('shows nothing of the text and never seals it alike', async () => {
    const [one, two] = [await sealer.seal('secret text', 'p'), await sealer.seal('secret text', 'p')];

    expect(one).not.toBe(two);
    expect(Buffer.from(one, 'base64url').toString('latin1')).not.toContain('secret');
  });

  test('asks for its server secret once, and again after a failure', async () => {
    let asked = 0;
    const secrets = {
      serverSecret: async (name: string) => {
        expect(name).toBe('cursor');
        asked += 1;
        if (asked === 1) throw new Error('unavailable');
        return Buffer.alloc(32);
      },
    };
    const late = createSealer({ secrets, name: 'cursor', randomBytes });
    await expect(late.seal('a', 'p')).rejects.toThrow('unavailable');
    await late.seal('a', 'p');
    await late.seal('b', 'p');

    expect(asked).toBe(2);
  });
});
