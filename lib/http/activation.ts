import type { HttpHandler } from '@azure/functions';
import type { Activation, Visit } from '../notifications/activation.ts';
import { StoreError } from '../store/document-store.ts';
import { activationPage } from './activation-page.ts';

/** What the log tells of a visit; the link itself opens an account, and is in no line. */
export interface ActivationLine extends Omit<Visit, 'product' | 'outcome'> {
  readonly outcome: Visit['outcome'] | 'unavailable' | 'internal';
  readonly status: number;
  readonly cause?: unknown;
}

interface ActivationHandlerParts {
  /** Rejects with StoreError. */
  readonly activation: () => Promise<Activation>;
  readonly log: (line: ActivationLine) => void;
}

/** Answers `GET`, which shows whether an account can be activated, and `POST`, which does it; always with a page. */
export function activationHandler({ activation, log }: ActivationHandlerParts): HttpHandler {
  return async ({ method, params }) => {
    const token = params.token ?? '';
    const follow = async () => {
      const { look, activate } = await activation();
      return method === 'POST' ? activate(token) : look(token);
    };
    const visit = await follow().catch((cause: unknown) => {
      const outcome = cause instanceof StoreError ? ('unavailable' as const) : ('internal' as const);
      return { outcome, cause };
    });
    const { product, ...line } = { product: undefined, ...visit };
    const page = activationPage({ outcome: visit.outcome, ...(product && { product }) }, method);
    log({ ...line, status: Number(page.status) });
    return page;
  };
}
