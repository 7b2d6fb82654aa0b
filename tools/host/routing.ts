import type { FunctionApp, LoadedFunction } from './function-app.ts';

/** The function that answers a request, with its decoded route parameters. */
export interface RouteMatch {
  readonly target: LoadedFunction;
  readonly params: Readonly<Record<string, string>>;
}

interface Route {
  readonly target: LoadedFunction;
  readonly methods: ReadonlySet<string> | undefined;
  readonly pattern: RegExp;
}

const constraints = new Map([
  ['int', '-?\\d+'],
  ['long', '-?\\d+'],
  ['alpha', '[A-Za-z]+'],
  ['bool', 'true|false'],
  ['guid', '[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}'],
]);

const parameter = /\{(\*{0,2})([A-Za-z_]\w*)(?::([a-z]+))?(\?)?\}/g;

/**
 * Builds the host's route table, for decoded paths. The first function by name whose template and method match
 * answers. Throws an error for a route that the host refuses.
 */
export function createRouter(app: FunctionApp): (method: string, path: string) => RouteMatch | undefined {
  const routes = app.functions
    .filter(({ trigger }) => trigger.type.toLowerCase() === 'httptrigger')
    .map((target) => createRoute(target, app.routePrefix));
  return (method, path) => {
    // ASP.NET Core finds no route for a path that begins with an empty segment.
    if (path.startsWith('//')) return undefined;
    const relative = path.slice(1);
    for (const { target, methods, pattern } of routes) {
      if (methods && !methods.has(method)) continue;
      const found = pattern.exec(relative);
      if (found) return { target, params: presentParams(found.groups) };
    }
    return undefined;
  };
}

function createRoute(target: LoadedFunction, routePrefix: string): Route {
  const { name, trigger } = target;
  const route = trimSlashes(trigger.route ?? name);
  if (/^(admin|runtime)(\/|$)/i.test(route)) {
    throw new Error(`The route "${route}" of "${name}" starts with a word that the host reserves.`);
  }
  const methods = trigger.methods?.length ? new Set(trigger.methods.map((m) => m.toUpperCase())) : undefined;
  return { target, methods, pattern: compileTemplate(trimSlashes(`${routePrefix}/${route}`)) };
}

/** Compiles a route template into a pattern over a decoded path without its first slash. */
export function compileTemplate(template: string): RegExp {
  const segments = template === '' ? [] : template.split('/');
  const source = segments.map((segment, index) => compileSegment(segment, index === 0)).join('');
  return new RegExp(`^${source}/?$`, 'is');
}

function compileSegment(segment: string, isFirst: boolean): string {
  const slash = isFirst ? '' : '/';
  const whole = /^\{(\*{0,2})([A-Za-z_]\w*)(?::([a-z]+))?(\?)?\}$/.exec(segment);
  if (!whole) return slash + compileParts(segment);
  const [, stars, name, constraint, optional] = whole;
  if (stars) return `(?:${slash}(?<${name}>.*?))?`;
  const group = `${slash}(?<${name}>${constraintOf(constraint)})`;
  return optional ? `(?:${group})?` : group;
}

function compileParts(segment: string): string {
  let source = '';
  let end = 0;
  for (const part of segment.matchAll(parameter)) {
    source += `${escapeLiteral(segment.slice(end, part.index))}(?<${part[2]}>${constraintOf(part[3])})`;
    end = part.index + part[0].length;
  }
  return source + escapeLiteral(segment.slice(end));
}

function constraintOf(name: string | undefined): string {
  if (name === undefined) return '[^/]+';
  const source = constraints.get(name);
  if (!source) throw new Error(`The local host does not know the route constraint "${name}".`);
  return source;
}

function escapeLiteral(text: string): string {
  if (/[{}]/.test(text)) throw new Error(`The local host does not understand the route segment "${text}".`);
  return text.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
}

function presentParams(groups: Record<string, string> | undefined): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [name, value] of Object.entries(groups ?? {})) {
    if (value !== undefined && value !== '') params[name] = value;
  }
  return params;
}

function trimSlashes(text: string): string {
  return text.replace(/^\/+|\/+$/g, '');
}
