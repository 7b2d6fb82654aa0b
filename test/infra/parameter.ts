import { evaluate, isFields, type Scope, type Value } from './evaluate.ts';
import type { Declaration } from './syntax.ts';

const kinds: Readonly<Record<string, (value: Value) => boolean>> = {
  string: (value) => typeof value === 'string',
  int: Number.isInteger,
  bool: (value) => typeof value === 'boolean',
  object: isFields,
};

const bounds: Readonly<Record<string, (value: Value, bound: Value) => boolean>> = {
  allowed: (value, list) => Array.isArray(list) && list.includes(value),
  minValue: (value, bound) => Number(value) >= Number(bound),
  maxValue: (value, bound) => Number(value) <= Number(bound),
  minLength: (value, bound) => lengthOf(value) >= Number(bound),
  maxLength: (value, bound) => lengthOf(value) <= Number(bound),
};

const lengthOf = (value: Value) => (typeof value === 'string' || Array.isArray(value) ? value.length : NaN);

/** A parameter's value, given or by default; throws an Error when it is missing, of another type or out of bounds. */
export function checkArgument(parameter: Declaration, given: Value | undefined, scope: Scope): Value {
  const value = given ?? (parameter.value && evaluate(parameter.value, scope));
  const place = `${scope.path} ${parameter.name}`;
  if (value === undefined) throw new Error(`${place} is not given`);
  const isOfKind = parameter.type.endsWith('[]') ? Array.isArray : kinds[parameter.type];
  if (!isOfKind?.(value)) throw new Error(`${place} is not of type ${parameter.type}`);
  for (const [name, [bound]] of parameter.decorators) {
    const holds = bounds[name];
    if (holds && bound && !holds(value, evaluate(bound, scope))) {
      throw new Error(`${place} is ${JSON.stringify(value)}: ${name} is ${bound.text}`);
    }
  }
  return value;
}
