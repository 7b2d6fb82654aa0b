import { readFileSync } from 'node:fs';
import type { Fields } from './evaluate.ts';

/** A line of infra/main.bicepparam: a parameter that is read from a variable of the environment. */
export interface Assignment {
  readonly parameter: string;
  readonly kind: 'int' | 'bool' | 'string';
  readonly variable: string;
  readonly otherwise: string;
}

const line = /^param (\w+) = (?:(int|bool)\()?readEnvironmentVariable\('(\w+)', '([^']*)'\)\)?$/;

/** Reads every parameter that infra/main.bicepparam assigns; throws on a line that is written in another way. */
export function readAssignments(): readonly Assignment[] {
  const lines = readFileSync('infra/main.bicepparam', 'utf8').split('\n');
  return lines
    .filter((text) => text.startsWith('param '))
    .map((text) => {
      const [, parameter = '', kind = 'string', variable = '', otherwise = ''] = line.exec(text) ?? [];
      if (parameter === '') throw new Error(`infra/main.bicepparam has a line that is not read: ${text}`);
      return { parameter, kind: kind as Assignment['kind'], variable, otherwise };
    });
}

const convert = {
  int: Number,
  bool: (value: string) => value === 'true',
  string: (value: string) => value,
};

/** The parameters of infra/main.bicep in this environment. */
export function parametersIn(environment: Readonly<Record<string, string>>): Fields {
  return Object.fromEntries(
    readAssignments().map(({ parameter, kind, variable, otherwise }) => [
      parameter,
      convert[kind](environment[variable] ?? otherwise),
    ]),
  );
}
