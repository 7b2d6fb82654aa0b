import { readFileSync } from 'node:fs';
import { createRequire, Module } from 'node:module';

/**
 * Makes the emulator's parser remember what it has parsed where.
 *
 * Without that it takes ten times as long for each further parenthesis within another: seconds for three of them.
 */
export function memoiseParser(): void {
  const server = createRequire(import.meta.url).resolve('@vercel/cosmosdb-server');
  const require = createRequire(server);
  const path = createRequire(require.resolve('@zeit/cosmosdb-query')).resolve('./parser.js');
  if (require.cache[path]) return;
  const module = new Module(path);
  const text = memoised(readFileSync(path, 'utf8'));
  new Function('module', 'exports', 'require', text)(module, module.exports, createRequire(path));
  module.loaded = true;
  require.cache[path] = module;
}

/** Every rule of the generated parser is a function without parameters that moves `peg$currPos` on. */
function memoised(parser: string): string {
  const wrapper = (rule: string) =>
    `function peg$parse${rule}() {
      const key = '${rule} ' + peg$currPos;
      let known = peg$known.get(key);
      if (!known) {
        const result = peg$parseAnew${rule}();
        known = { result, end: peg$currPos };
        peg$known.set(key, known);
      }
      peg$currPos = known.end;
      return known.result;
    }
    function peg$parseAnew${rule}() {`;
  const rules = parser.replace(/function peg\$parse(\w+)\(\) \{/g, (_, rule: string) => wrapper(rule));
  return rules.replace(/(function peg\$parse\(input, options\) \{)/, '$1 const peg$known = new Map();');
}
