import { hash } from 'node:crypto';
import type { Document } from '../store/document-store.ts';

/** What a mail is known by to mail servers: the same at each attempt, in the form of a UUID, and telling nothing. */
export function messageId({ tenantId, id }: Pick<Document, 'tenantId' | 'id'>): string {
  const digits = hash('sha256', `${tenantId} ${id}`, 'hex');
  return [0, 8, 12, 16, 20].map((start, at, starts) => digits.slice(start, starts[at + 1] ?? 32)).join('-');
}
