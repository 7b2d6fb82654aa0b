import type { AttrPath, Filter } from '../filter/ast.ts';
import type { Attribute } from '../schema/attribute.ts';
import { findAttribute, resolvePath } from '../schema/lookup.ts';
import type { Pass } from './pass.ts';

/** How the attribute paths of a filter are read: from the resource, or from one element of an attribute. */
interface Scope {
  readonly pass: Pass;
  readonly path: (path: AttrPath) => AttrPath;
  readonly attribute: (path: AttrPath) => Attribute | undefined;
}

/** Normalises a filter on resources. */
export function walkFilter(filter: Filter, pass: Pass): Filter {
  return walk(filter, {
    pass,
    path: (path) => pass.path(path),
    attribute: (path) => {
      const resolved = resolvePath(pass.type, path);
      return resolved?.sub ?? resolved?.attribute;
    },
  });
}

/** Normalises the filter in brackets after an attribute. */
export function walkValueFilter(filter: Filter, attribute: Attribute | undefined, pass: Pass): Filter {
  const subAttributes = attribute?.subAttributes ?? [];
  return walk(filter, {
    pass,
    path: (path) => path,
    attribute: (path) => findAttribute(subAttributes, path.name),
  });
}

function walk(filter: Filter, scope: Scope): Filter {
  switch (filter.kind) {
    case 'and':
    case 'or': {
      const filters = filter.filters.map((term) => walk(term, scope));
      return filters.some((term, index) => term !== filter.filters[index]) ? { ...filter, filters } : filter;
    }
    case 'not': {
      const inner = walk(filter.filter, scope);
      return inner === filter.filter ? filter : { ...filter, filter: inner };
    }
    case 'present':
      return withPath(filter, scope);
    case 'compare': {
      const comparison = withPath(filter, scope);
      const attribute = scope.attribute(comparison.path);
      return attribute ? scope.pass.comparison(comparison, attribute) : comparison;
    }
    case 'valuePath': {
      const valuePath = withPath(filter, scope);
      const inner = walkValueFilter(valuePath.filter, scope.attribute(valuePath.path), scope.pass);
      return inner === valuePath.filter ? valuePath : { ...valuePath, filter: inner };
    }
  }
}

function withPath<F extends { readonly path: AttrPath }>(filter: F, scope: Scope): F {
  const path = scope.path(filter.path);
  return path === filter.path ? filter : { ...filter, path };
}
