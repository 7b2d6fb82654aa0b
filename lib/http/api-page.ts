import { hash } from 'node:crypto';
import mustache from 'mustache';
import { eventSummaries } from '../manage/event-words.ts';
import type { JsonObject } from '../scim/json.ts';
import type { ScimResponse } from './operation.ts';

/** The parts of an OpenAPI document that the page shows. */
interface Description {
  readonly info: { readonly title: string; readonly description: string };
  readonly tags: readonly { readonly name: string; readonly description: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
}

interface Described {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly in: string;
    readonly description?: string;
    readonly example?: unknown;
  }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

type Content = Readonly<Record<string, { readonly example?: unknown }>>;

const style =
  ':root{color-scheme:light dark}' +
  'body{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}' +
  'pre,code{font:14px/1.4 monospace}code,td:last-child{overflow-wrap:anywhere}' +
  'pre{overflow:auto;padding:.5rem;border:1px solid}' +
  'summary{cursor:pointer;padding:.25rem 0}table{border-collapse:collapse}' +
  'th,td{text-align:left;vertical-align:top;padding:.25rem 1rem .25rem 0}';

const template = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>{{info.title}}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>{{info.title}}</h1>
<p>{{#marked}}{{info.description}}{{/marked}}</p>
<p>For machines: <a href="openapi.json">openapi.json</a> (OpenAPI 3.1), <a href="asyncapi.json">asyncapi.json</a>
(events, AsyncAPI 3.0).</p>
{{#tags}}
<h2>{{name}}</h2>
<p>{{#marked}}{{description}}{{/marked}}</p>
{{#operations}}
<details id="{{operationId}}">
<summary><code>{{method}} {{path}}</code> {{#marked}}{{summary}}{{/marked}}</summary>
<p>{{#marked}}{{description}}{{/marked}}</p>
{{#hasParameters}}<table>
<tr><th>parameter</th><th>in</th><th>meaning</th><th>example</th></tr>
{{#parameters}}<tr><td><code>{{name}}</code></td><td>{{in}}</td>
<td>{{#marked}}{{description}}{{/marked}}</td><td>{{example}}</td></tr>
{{/parameters}}
</table>{{/hasParameters}}
{{#body}}<p>Body:</p>
<pre>{{body}}</pre>{{/body}}
<p>Answer: {{status}}</p>
{{#answer}}<pre>{{answer}}</pre>{{/answer}}
</details>
{{/operations}}
{{/tags}}
<h2>Types of events</h2>
<table>
{{#types}}<tr><td><code>{{type}}</code></td><td>{{#marked}}{{summary}}{{/marked}}</td></tr>
{{/types}}
</table>
</main>
</body>
</html>
`;

const headers = {
  'Content-Type': 'text/html; charset=utf-8',
  'Content-Security-Policy':
    `default-src 'none'; style-src 'sha256-${hash('sha256', style, 'base64')}'; ` +
    "form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Robots-Tag': 'noindex',
  'Cache-Control': 'no-store',
};

/** Renders an OpenAPI document as a page. It has no scripts and loads nothing. */
export function apiPage(document: JsonObject): ScimResponse {
  const { info, tags, paths } = document as unknown as Description;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, one]) => viewOf(`${method.toUpperCase()}`, path, one)),
  );
  const view = {
    info,
    marked: () => withCode,
    tags: tags.map((tag) => ({
      ...tag,
      operations: operations.filter(({ tagged }) => tagged.includes(tag.name)),
    })),
    types: Object.entries(eventSummaries).map(([type, summary]) => ({ type, summary })),
  };
  return { status: 200, headers, page: mustache.render(template, view) };
}

/** Renders a part of the template, with what stands between backticks as code. */
function withCode(part: string, render: (part: string) => string): string {
  return render(part).replace(/&#x60;(.*?)&#x60;/g, '<code>$1</code>');
}

function viewOf(
  method: string,
  path: string,
  { tags: tagged, requestBody, responses, ...operation }: Described,
) {
  const [status = '', answer] = Object.entries(responses)[0] ?? [];
  return {
    ...operation,
    ...{ method, path, tagged, status },
    // The template would take what a parameter lacks from the operation around it.
    parameters: operation.parameters.map((one) => ({ description: '', example: '', ...one })),
    hasParameters: operation.parameters.length > 0,
    body: exampleIn(requestBody?.content),
    answer: exampleIn(answer?.content),
  };
}

function exampleIn(content: Content | undefined): string | undefined {
  const example = content?.['application/json']?.example;
  return example === undefined ? undefined : JSON.stringify(example, null, 2);
}
