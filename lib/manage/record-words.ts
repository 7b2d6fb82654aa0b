import { holds } from '../accounts/account.ts';

/** The operations that records of the audit trail name. */
export const recordOperations = [
  ...(['create', 'replace', 'modify', 'delete', 'restore', 'finalise'] as const),
  ...(['adopt', 'activate', 'invite', 'disable', 'enable', 'update', 'verify', 'hold', 'remove'] as const),
  ...(['release', 'end'] as const),
  ...(['issue', 'rotate', 'revoke', 'edit', 'send', 'bulk', 'query', 'retrieve', 'recognise'] as const),
  ...(['fail', 'recover', 'test', 'resend', 'replay'] as const),
] as const;

/** The outcomes that records of the audit trail have. */
export const recordOutcomes = ['done', 'refused', 'failed', 'unchanged', ...holds] as const;
