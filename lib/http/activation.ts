import { hash } from 'node:crypto';
import mustache from 'mustache';
import type { Activation, ActivationOutcome, Visit } from '../notifications/activation.ts';
import { StoreError } from '../store/document-store.ts';
import type { Answer, Handler } from './handler.ts';

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
export function activationHandler({ activation, log }: ActivationHandlerParts): Handler {
  return async ({ method, url, params }) => {
    const token = new URL(url).searchParams.get('token') ?? params.token ?? '';
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

interface Page {
  readonly status: number;
  readonly heading: string;
  readonly text: string;
}

const askAgain = 'Ask your administrator for a new invitation.';
const pages: Readonly<Record<ActivationOutcome | 'unavailable' | 'internal', Page>> = {
  ready: { status: 200, heading: 'Activate your account', text: 'Click the button to activate it.' },
  activated: { status: 200, heading: 'Your account is active', text: 'You can sign in now.' },
  active: { status: 409, heading: 'Your account is already active', text: 'You can sign in.' },
  inactive: {
    status: 409,
    heading: 'Your account cannot be activated now',
    text: 'It is currently disabled. Ask your administrator.',
  },
  gone: { status: 410, heading: 'This account no longer exists', text: askAgain },
  expired: { status: 410, heading: 'This link has expired', text: askAgain },
  unknownLink: {
    status: 404,
    heading: 'This link is incomplete',
    text: 'Copy the whole link from the mail. If it still does not work, ask for a new invitation.',
  },
  unavailable: {
    status: 503,
    heading: 'Activation is temporarily unavailable',
    text: 'Try again in a minute.',
  },
  internal: { status: 500, heading: 'Something went wrong', text: 'Try again later.' },
};

const style =
  'body{font:16px/1.5 sans-serif;max-width:32rem;margin:4rem auto;padding:0 1rem}' +
  'button{font:inherit;padding:.5rem 1.5rem}';

const template = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>{{heading}}</title>
<style>${style}</style>
</head>
<body>
<main>
{{#product}}<p>{{product}}</p>{{/product}}
<h1>{{heading}}</h1>
<p>{{text}}</p>
{{#isReady}}<form method="post"><button>Activate</button></form>{{/isReady}}
</main>
</body>
</html>
`;

const headers = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy':
    `default-src 'none'; style-src 'sha256-${hash('sha256', style, 'base64')}'; ` +
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Robots-Tag': 'noindex',
  'Cache-Control': 'no-store',
};

/** Renders the page behind an invitation's link. It has no scripts, loads nothing, and is not cached. */
function activationPage(
  { outcome, product }: Pick<Visit, 'product'> & { readonly outcome: keyof typeof pages },
  method: string,
): Answer {
  const { status, ...texts } = pages[outcome];
  const body = mustache.render(template, { ...texts, product, isReady: outcome === 'ready' });
  return {
    status,
    headers: status === 503 ? { ...headers, 'Retry-After': '60' } : headers,
    body: method === 'HEAD' ? undefined : body,
  };
}
