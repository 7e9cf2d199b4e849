// Writes js.jsonl: what JavaScript answers for expressions that the compiled engine must answer alike.
// Run it from this folder with: node gen.mjs
import { writeFileSync } from 'node:fs';

const item = {
  n: 42, f: 3.14159, neg: -7.5, zero: 0, s: 'hello', name: 'Jane Doe', empty: '', t: true, fl: false, nul: null,
  uni: 'Ünïcødé 日本 😀x', lone: '\ud83dz', arr: [3, 1, 2], nested: [1, [2, [3, [4]]], null], earr: [], obj: { b: 1, a: 'two', 7: null },
  eobj: {}, objs: [{ id: 1, name: 'a' }, { id: 2, name: 'b' }, { id: 1, name: 'a' }], deep: { a: { b: [0, { c: 'leaf' }] } },
  'key with space': 'ks', numstr: '42', html: '<p>Hi "you"</p>', own: { keys: 'own', length: 7, map: 1 },
};
const texts = ["''", "'abc'", "'a,b,,c'", '$json.uni', '$json.lone', "'  x\\t\\u00a0'", "'aXbXX'", "'ΑΣ ΟΔΟΣ. ß ﬁ İ ǰ'"];
const numbers = ['0', '-1', '2', '1.9', '100', 'NaN', 'Infinity', '-Infinity', 'undefined', 'null', "'1'", "''", "'x'"];
const scalars = [...numbers, 'true', 'false', "'abc'", '[]', '[5]', '[1, 2]', '{}', '-0', '1e21', "' 12 '", "'0x1F'", '2.5', '-2.5', '4294967297', '-3.7'];
const list = [];
const add = (...sources) => list.push(...sources);

for (const a of scalars) {
  add(`!${a}`, `-${a}`.replace(/^--/, '- -'), `+${a}`, `~${a}`, `typeof ${a}`, `void ${a}`, `\`<\${${a} }>\``);
  for (const b of scalars) {
    for (const op of ['+', '-', '*', '/', '%', '==', '===', '<', '<=', '>', '>=', '&&', '||', '??', '&', '|', '^', '<<', '>>', '>>>', '!=', '!==']) {
      if (list.length % 3 === 0 || '+ == < >> %'.split(' ').includes(op)) add(`(${a}) ${op} (${b})`);
      else list.push(null);
    }
  }
}
for (let i = list.length - 1; i >= 0; i--) if (list[i] === null) list.splice(i, 1);

const methods0 = ['toUpperCase', 'toLowerCase', 'trim', 'trimStart', 'trimEnd', 'toString', 'split', 'concat', 'length'];
for (const s of texts) {
  for (const m of methods0) add(m === 'length' ? `${s}.length` : `${s}.${m}()`);
  for (const m of ['charAt', 'charCodeAt', 'codePointAt', 'at', 'slice', 'substring', 'substr', 'repeat', 'padStart', 'padEnd']) {
    for (const a of numbers) {
      if (m.startsWith('pad') && a === 'Infinity') continue;
      add(`${s}.${m}(${a})`);
      if (['slice', 'substring', 'substr'].includes(m)) for (const b of ['0', '-1', '2', '100', 'NaN', 'undefined', "'1'"]) add(`${s}.${m}(${a}, ${b})`);
      if (m.startsWith('pad')) add(`${s}.${m}(${a}, 'xy')`, `${s}.${m}(${a}, '')`, `${s}.${m}(${a}, $json.uni)`);
    }
  }
  for (const search of ["''", "'X'", "','", "'b'", "'😀'", '5', 'null', 'undefined', '[1]']) {
    for (const m of ['includes', 'startsWith', 'endsWith', 'indexOf', 'lastIndexOf']) {
      add(`${s}.${m}(${search})`);
      for (const at of ['1', '-1', '100', 'NaN', "'2'", 'undefined']) add(`${s}.${m}(${search}, ${at})`);
    }
    add(`${s}.split(${search})`, `${s}.split(${search}, 2)`, `${s}.split(${search}, -1)`, `${s}.split(${search}, 0)`);
    for (const w of ["''", "'<$&>'", "'$$1'", "'$`|$\\''", "'$'", 'undefined', '7']) add(`${s}.replace(${search}, ${w})`, `${s}.replaceAll(${search}, ${w})`);
  }
  add(`${s}[0]`, `${s}[100]`, `${s}['0']`, `${s}[-1]`, `[...${s}]`, `Object.keys(${s})`, `Object.values(${s})`, `Object.entries(${s})`, `({...${s} })`,
    `encodeURIComponent(${s})`, `encodeURI(${s})`, `JSON.stringify(${s})`, `${s}.hasOwnProperty(1)`, `${s}.hasOwnProperty('length')`);
}
for (const a of [...scalars, "'12px'", "'-0x1f'", "'+7.5e2x'", "'.5'", "'5.'", "'-.e1'", "'1e'", "'Infinityx'", "'-Infinity'", "'  9'", "'99999999999999999999'", "'e5'", "'1_0'", "'-'"]) {
  add(`Number(${a})`, `String(${a})`, `Boolean(${a})`, `parseFloat(${a})`, `isNaN(${a})`, `isFinite(${a})`, `Number.isInteger(${a})`,
    `Number.isSafeInteger(${a})`, `Number.isFinite(${a})`, `Number.isNaN(${a})`, `Array.isArray(${a})`, `JSON.stringify(${a})`, `JSON.parse(${a})`);
  for (const r of ['', ', 2', ', 16', ', 36', ', 1', ', 0', ", '8'", ', 37']) add(`parseInt(${a}${r})`);
  for (const m of ['abs', 'ceil', 'floor', 'trunc', 'sqrt', 'sign', 'round', 'fround', 'clz32']) add(`Math.${m}(${a})`);
  add(`Math.max(${a})`, `Math.min(1, ${a})`, `Math.max(0, ${a}, 3)`, `(${a}) in $json.obj`, `2 ** (${a})`, `(${a}) ** 2`, `Object.keys(${a})`, `({...(${a}) })`, `({[${a}]: 1 })`);
}
for (const x of ['0.5', '1.5', '2.5', '-2.5', '1.005', '1.45', '8.345', '10.235', '0.000001', '123.456', '1e21', '-1e-10', '0', '-0', '1.255', '1234.5678', '5e-324', '99.995', '0.1 + 0.2', 'NaN', '-1.5']) {
  for (const d of ['', '0', '1', '2', '3', '20', '100', '101', '-1', 'NaN', "'2'"]) add(`(${x}).toFixed(${d})`);
  add(`(${x}).toString()`, `(${x}).toString(10)`, `(${x}).toString(1)`, `Math.round(${x})`, `\`\${${x} }\``);
}
for (const x of ['255', '-255', '0', '9007199254740991', 'NaN', 'Infinity']) for (const r of ['2', '16', '36', '37', '7.9', 'undefined']) add(`(${x}).toString(${r})`);
for (const [x, y] of [['2', '-1'], ['2', '53'], ['10', '-5'], ['1.1', '10'], ['3', '40'], ['0', '-1'], ['-2', '3'], ['-8', '1/3'], ['1', 'Infinity'], ['2', '1024'], ['2', '-1074'], ['0', '0'], ['1.0000001', '1000'], ['7', '0.5']]) add(`(${x}) ** (${y})`, `Math.pow(${x}, ${y})`);

const arrays = ['[]', '$json.arr', '$json.nested', "['b', 'a', undefined, 'B', null]", '$json.objs', '[10, 9, 1]', '[NaN, 0, -0]'];
for (const a of arrays) {
  add(`${a}.length`, `${a}.join()`, `${a}.join('-')`, `${a}.join(undefined)`, `${a}.join(null)`, `${a}.toString()`, `${a} + ''`, `${a}.concat()`, `${a}.concat(1, [2, [3]], 'x')`,
    `[...${a}].sort()`, `[...${a}].reverse()`, `${a}.toSorted()`, `${a}.toReversed()`, `[...${a}, ...${a}].length`, `Object.keys(${a})`, `Object.entries(${a})`, `({...${a} })`,
    `JSON.stringify(${a})`, `JSON.stringify(${a}, null, 2)`, `JSON.stringify(${a}, null, '--')`, `${a}[0]`, `${a}['0']`, `${a}[-1]`, `${a}[1.5]`, `${a}['length']`, `${a}.foo`,
    `${a}.map(x => x)`, `${a}.map((x, i) => i)`, `${a}.map((x, i, all) => all.length)`, `${a}.filter(Boolean)`, `${a}.filter(x => x > 1)`, `${a}.map(String)`, `${a}.map(Number)`,
    `${a}.some(x => x === 1)`, `${a}.every(x => x)`, `${a}.find(x => x)`, `${a}.findIndex(x => x === null)`, `${a}.findLast(x => x)`, `${a}.findLastIndex(x => !x)`,
    `${a}.flatMap(x => [x, x])`, `${a}.flatMap(x => x)`, `${a}.reduce((s, x) => s + x, '')`, `${a}.reduce((s, x) => s + x)`, `${a}.reduceRight((s, x, i) => s + i + x, '')`, `${a}.reduceRight((s, x) => s + x)`,
    `[...${a}].sort((a, b) => a - b)`, `${a}.toSorted((a, b) => (a < b) - (a > b))`, `0 in ${a}`, `'length' in ${a}`, `99 in ${a}`, `${a}.hasOwnProperty(0)`, `'map' in ${a}`,
    `Object.hasOwn(${a}, 'length')`, `(([x, , y = 9]) => [x, y])(${a})`, `(([x, ...r]) => r)(${a})`, `((...r) => r)(${a}, 1)`, `Math.max(...${a})`, `${a}.map(({id}) => id)`);
  for (const n of numbers) add(`${a}.at(${n})`, `${a}.slice(${n})`, `${a}.slice(0, ${n})`, `${a}.slice(${n}, 2)`, `${a}.includes(${n})`, `${a}.indexOf(${n})`, `${a}.lastIndexOf(${n})`,
    `${a}.includes(1, ${n})`, `${a}.indexOf(1, ${n})`, `${a}.lastIndexOf(1, ${n})`, `${a}.flat(${n})`);
}
for (const o of ['{}', '$json.obj', '$json.own', '$json.deep', '$json.objs[0]', '{a: undefined, b: [undefined], c: NaN, d: {} }']) {
  add(`Object.keys(${o})`, `Object.values(${o})`, `Object.entries(${o})`, `Object.fromEntries(Object.entries(${o}))`, `JSON.stringify(${o})`, `JSON.stringify(${o}, null, 4)`, `JSON.stringify(${o}, undefined, '\\t')`,
    `({...${o}, z: 1})`, `Object.assign({}, ${o}, {b: 9})`, `(${o}).toString()`, `(${o}).hasOwnProperty('b')`, `Object.hasOwn(${o}, 'a')`, `'b' in (${o})`, `'toString' in (${o})`, `\`\${${o} }\``,
    `(({b, ...rest}) => rest)(${o})`, `(({b: x = 5, q: {r} = {r: 1} }) => [x, r])(${o})`, `(${o}).length`, `(${o}).b?.c.d`, `(${o})['a']`, `(${o}).split('x')`, `(${o}).map(x => x)`, `(${o})?.trim?.()`);
}
const combined = list.length;
add('$json.missing', '$json.missing.a', '$json.missing?.a', '$json.missing?.a.b.c', '($json.missing?.a).b', '$json.nul.a', '$json.nul?.[0]', '$json.deep.a.b[1].c', '$json["deep"]["a"]', '$json[`s`]',
  '$json.s.length.x', '$json.n.toUpperCase()', '$json.n?.toUpperCase?.()', '$json.s.toFixed()', 'null.x', 'undefined.x', '$json.missing.trim($json.s)', "'x' + $json.missing.a", '$json.missing.a ?? 1',
  '$json["key" + " with space"]', '$json.t ? 1 : 2', '$json.fl ? 1 : $json.n ? 3 : 4', '1 + 2 * 3 - 4 / 2 % 3', '2 ** 3 ** 2', '(-2) ** 2', '1 < 2 === true', '!0 + 1', 'typeof typeof 1', 'a => a, 1'.slice(8),
  '1 ? .5 : 1', '0x1F + 0b11 + 0o17 + 1_000 + .5e1 + 5.', "'\\x41\\u0042\\u{43}\\n\\t\\b\\v\\f\\r\\0\\'\\\n|\\q'", '`a\\`${1}b${`c${2}`}`', '[1, , 2].length'.replace(', ,', ','), '{a: 1, "b c": 2, 3: 4, [1 + 1]: 5, ...{x: 1}, a: 9}',
  '[1, 2,]', '{a: 1,}', '(x => x)(1, 2)', '((x, y = x + 1) => [x, y])(1)', '((x) => { return x * 2; })(4)', '(() => ({}))()', '(([a, [b]], {c: {d} }) => [a, b, d])([1, [2]], {c: {d: 3} })', '[[1, 2], [3, 4]].map(([a, b]) => a + b)',
  '[1, 2].map(x => [3, 4].map(y => x * y))', '(x => [1].map(x => x)[0] + x)(5)', '(([a]) => a)(null)', '(([a]) => a)(5)', '(({a}) => a)(undefined)', '[...5]', '[...null]', '({...null, ...undefined, ...5})', 'Math.max(...5)',
  "5 in 'x'", 'Object.keys(null)', 'Object.fromEntries(5)', 'Object.fromEntries([1])', "Object.fromEntries([['a', 1], {0: 'b', 1: 2}])", 'Object.hasOwn(null)', 'Array.of(1, 2)', 'Array.of()', 'String.fromCharCode(72, 0xd83d, 0xde00)', 'String.fromCharCode(0xd83d)',
  'Math.PI', 'Math.E', 'Math.LN2', 'Math.LN10', 'Math.LOG2E', 'Math.LOG10E', 'Math.SQRT2', 'Math.SQRT1_2', 'Number.EPSILON', 'Number.MAX_SAFE_INTEGER', 'Number.MIN_SAFE_INTEGER', 'Number.MAX_VALUE', 'Number.MIN_VALUE', 'Number()', 'String()', 'Boolean()', 'Math.max()', 'Math.min()', 'parseInt()',
  'JSON.parse(\'{"a":[1,{"b":null}]}\')', "JSON.parse('{a:1}')", "JSON.parse('')", 'JSON.parse()', 'JSON.stringify()', 'JSON.stringify(undefined)', 'JSON.stringify({a: 1}, null, 20)', "JSON.stringify({a: [1]}, null, '0123456789abc')", 'JSON.stringify([[], {}, [[]]], null, 1)', 'JSON.stringify("\\u2028\\ud800")',
  "decodeURIComponent('a%20b%C3%BC')", "decodeURIComponent('%')", "decodeURIComponent('%zz')", "decodeURIComponent('%C3')", "decodeURIComponent('%F0%9F%98%80')", "decodeURIComponent('%ED%A0%80')", "decodeURI('%2F%20%23')", "decodeURIComponent('+')", "decodeURIComponent('%C3%2')",
  '[1,2,3].sort((a, b) => b - a)', '[3,1].concat([2]).sort()', '[1,2].map(x => x).reverse()', "'a-b'.split('-').reverse().join('')", '[undefined, 3, 1].sort((a, b) => a - b)', '[[2], [1, 1], [10]].sort()', 'Object.keys($json.obj).sort()', '(5).map(x => x)', "'x'.map(x => x)", "'x'.sort()", 'null.map(x => x)', '(null).sort()',
  '$json.arr === $json.arr', '[] === []', '$json.arr.indexOf($json.arr[1])', '[$json.arr].includes($json.arr)', '$json.obj == $json.obj', '[1] == 1', '[[1]] == "1"', 'null == 0', 'null >= 0', 'undefined == 0', '"b" > "a"', '"10" < "9"', '"10" < 9', '/* c */ 1 // d', '1 /* \n */ + 2', '-1 % 2', '-7 >>> 28', '1 << 33', '5 % 0', '2**31 | 0', '-(2**31) - 1 | 0', '1e300 * 1e300 | 0', '$json.own.keys', '$json.own.length', '$json.own.map', "'\u2028'", '"\u00ad\ufeff".trim().length', '$json.objs.map(({id, name}) => `${id}:${name}`)', '$json.arr.map((x, i, [first]) => x - first)');

const { $json } = { $json: item };
const encode = (v) => {
  if (typeof v === 'number') return Number.isFinite(v) ? (Object.is(v, -0) ? ['-0'] : ['number', v]) : [String(v)];
  if (v === undefined) return ['undefined'];
  if (v === null) return ['null'];
  return [Array.isArray(v) ? 'array' : typeof v, v];
};
const seen = new Set();
let out = JSON.stringify({ item }) + '\n';
const hash = (s) => [...s].reduce((h, c) => Math.imul(h ^ c.codePointAt(0), 16777619) >>> 0, 2166136261);
for (const [i, source] of list.entries()) {
  if (i < combined && hash(source) % 3) continue; // a third of the combinations is enough
  if (seen.has(source) || source.includes('}}')) continue;
  seen.add(source);
  let answer;
  try { answer = encode(new Function('$json', `return (${source}\n)`)(structuredClone(item))); } catch (e) {
    if (e instanceof SyntaxError && !source.startsWith('JSON.parse')) throw new Error(source + ': ' + e);
    answer = ['undefined'];
  }
  if (answer[0] === 'string' && answer[1].length > 5000) continue;
  out += JSON.stringify([source, ...answer]) + '\n';
}
writeFileSync('js.jsonl', out);
