import { hash } from 'node:crypto';
import type { HttpResponseInit } from '@azure/functions';
import mustache from 'mustache';
import type { ActivationOutcome, Visit } from '../notifications/activation.ts';

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
export function activationPage(
  { outcome, product }: Pick<Visit, 'product'> & { readonly outcome: keyof typeof pages },
  method: string,
): HttpResponseInit {
  const { status, ...texts } = pages[outcome];
  const body = mustache.render(template, { ...texts, product, isReady: outcome === 'ready' });
  return {
    status,
    headers: status === 503 ? { ...headers, 'Retry-After': '60' } : headers,
    body: method === 'HEAD' ? undefined : body,
  };
}
