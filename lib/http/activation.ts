import type { HttpHandler } from '@azure/functions';
import type { Activation, Visit } from '../notifications/activation.ts';
import { StoreError } from '../store/document-store.ts';
import { activationPage } from './activation-page.ts';

/** A visit, or the failure that prevented it. */
interface Visited extends Omit<Visit, 'outcome'> {
  readonly outcome: Visit['outcome'] | 'unavailable' | 'internal';
  readonly cause?: unknown;
}

/** The fields of a visit's log line. The link is never logged, because it opens an account. */
interface ActivationLine extends Omit<Visited, 'product'> {
  readonly status: number;
}

interface ActivationHandlerParts {
  /** Rejects with StoreError. */
  readonly activation: () => Promise<Activation>;
  readonly log: (line: ActivationLine) => void;
}

/** Shows on `GET` whether an account can be activated, and activates it on `POST`. Every answer is a page. */
export function activationHandler({ activation, log }: ActivationHandlerParts): HttpHandler {
  return async ({ method, params }) => {
    const token = params.token ?? '';
    const follow = async () => {
      const { look, activate } = await activation();
      return method === 'POST' ? activate(token) : look(token);
    };
    const visited: Visited = await follow().catch((cause: unknown) => ({
      outcome: cause instanceof StoreError ? 'unavailable' : 'internal',
      cause,
    }));
    const page = activationPage(visited, method);
    const { product: _, ...line } = visited;
    log({ ...line, status: Number(page.status) });
    return page;
  };
}
