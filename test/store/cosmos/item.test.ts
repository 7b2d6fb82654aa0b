import { expect, test } from 'vitest';
import { toItem, toStored } from '../../../lib/store/cosmos/item.ts';

const lasting = { id: 'a', tenantId: 't', kind: 'record' };
const document = { ...lasting, expires: 61_500 };

test('an item lives for as many whole seconds as its document has left, and at least one', () => {
  expect(toItem(document, { mark: 'm', now: 0 }).ttl).toBe(62);
  expect(toItem(document, { mark: 'm', now: 61_500 }).ttl).toBe(1);
  expect(toItem(lasting, { mark: 'm', now: 0 }).ttl).toBeUndefined();
});

test('a document that was stored is as it was', () => {
  const item = { ...toItem(document, { mark: 'm', now: 0 }), _etag: 'e', _ts: 1 };
  expect(toStored(item as never)).toEqual({ document, version: 'e' });
});
