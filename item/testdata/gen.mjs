// Writes js-vectors.json: what JavaScript answers where item promises to answer the same.
// Run it from this folder with: node gen.mjs
import { writeFileSync } from 'node:fs';

let seed = 20240229; // any: the file must come out the same each time
const random = () => { // mulberry32
  seed = (seed + 0x6D2B79F5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};
const pick = (list) => list[Math.floor(random() * list.length)];
const times = (n, f) => Array.from({ length: n }, (_, i) => f(i));

const units = (s) => times(s.length, (i) => s.charCodeAt(i));
const bits = (f) => {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, f);
  return view.getBigUint64(0).toString(16).padStart(16, '0');
};
const fromBits = (n) => {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, n);
  return view.getFloat64(0);
};
const encode = (v) => {
  if (v === undefined) return { kind: 'undefined' };
  if (v === null) return { kind: 'null' };
  if (typeof v === 'boolean') return { kind: 'boolean', bool: v };
  if (typeof v === 'number') return { kind: 'number', bits: bits(v) };
  if (typeof v === 'string') return { kind: 'string', text: units(v) };
  if (Array.isArray(v)) return { kind: 'array', elems: times(v.length, (i) => encode(v[i])) };
  return { kind: 'object', keys: Object.keys(v).map(units), elems: Object.values(v).map(encode) };
};

// Numbers.
const special = [0, -0, 1, -1, 9, 10, 99, 100, 0.1, 0.2, 0.1 + 0.2, 1 / 3, 1e21, 1e20, 999999999999999900000, 1e-6, 1e-7, 1.5e-7,
  0.000001, 0.0000015, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 123456789012345680000, 9007199254740991,
  9007199254740992, 9007199254740993, -9007199254740993, 4294967295, 4294967296, 1e300, 1e100, 1.5e300, 1e9, 1e15, 1e16, 1e17,
  123456.789, 100.5, -123.456e-20, 4.35, 0.5, 2 ** 53, 2 ** 63, 2 ** 64, -(2 ** 63), NaN, Infinity, -Infinity, 25e-8, 1e-10, 1e-100];
const anyDouble = () => fromBits((BigInt(Math.floor(random() * 4294967296)) << 32n) | BigInt(Math.floor(random() * 4294967296)));
const doubles = [...special, ...times(400, anyDouble), ...times(200, () => (random() - 0.5) * 10 ** Math.floor(random() * 60 - 30)),
  ...times(100, () => Math.floor(random() * 1e17)), ...times(100, () => Math.floor(random() * 1e6) / 1000)];
const numbers = doubles.map((f) => ({ bits: bits(f), text: String(f), json: JSON.stringify(f) }));

// Number(text) and JSON.parse of number texts.
const numberTexts = ['', ' ', '\t\n\r\v\f', '\u00a0', '\ufeff1', '\u2028 2 \u2029', '\u30003\u3000', '\u180e4', '\u00855', '\u200b6', '\u16807', '\u205f8\u202f',
  '0', '-0', '+0', '1', '+1', '-1', '--1', '+-1', '1.', '.1', '.', '-.5', '+.5e1', '5.e-1', '1e', '1e+', 'e1', '.e1', '1e1000', '-1e1000', '1e-1000', '1E5',
  '01', '007', '0x10', '0X1f', '0xg', '0x', '-0x10', '+0x10', ' 0x10 ', '0b101', '0B11', '0b2', '0b', '0o17', '0O7', '0o8', '0b1.1', '0x1p4', '0x1.8',
  'Infinity', '+Infinity', '-Infinity', 'infinity', 'INFINITY', 'Inf', 'inf', 'NaN', 'nan', '1_000', '1,000', '1 2', '1a', 'abc', 'null', 'true', '١', '１', '1n', '0_1',
  '9007199254740993', '9007199254740992.5', '9999999999999999999', '18446744073709551615', '18446744073709551616', '99999999999999999999', '-99999999999999999999', '9007199254740993.00000000001', '123456789012345678901234567890', '0.1e-6', '1e21', '1e400', '4.9e-324', '2.4703282292062327e-324', '2.4703282292062328e-324',
  '1.7976931348623157e308', '1.7976931348623159e308', '179769313486231580793e289', '0x1fffffffffffff', '0x20000000000001', '0x20000000000003', '0x20000000000002fffff',
  '0x' + 'f'.repeat(300), '0x8000000000000400', '0x80000000000004000', '0x80000000000004001', '0x8000000000000c00', '0b1' + '0'.repeat(52) + '11', '0b1' + '0'.repeat(52) + '1',
  '0o4000000000000000010', '0o7777777777777777777777777', '0b' + '1'.repeat(2000), '0x000000000000000000000000000001', '0.0000001', '00', '-', '+', '\u0000', '1\u0000', '0.30000000000000004',
  ...times(60, () => String(Math.floor(random() * 1e9)) + String(Math.floor(random() * 1e9)) + '.' + String(Math.floor(random() * 1e9))),
  ...times(60, () => (random() * 10 ** Math.floor(random() * 40 - 20)).toPrecision(1 + Math.floor(random() * 20))),
  ...times(60, () => times(1 + Math.floor(random() * 6), () => pick([...'0123456789.eE+-xb '])).join('')),
].map((s) => {
  let json;
  try { const v = JSON.parse(s); if (typeof v === 'number') json = bits(v); } catch {}
  return { text: units(s), number: bits(Number(s)), json };
});

// JSON.stringify of text.
const odd = ['', 'a', '"', '\\', '/', '\b\f\n\r\t', '\u0000\u0001\u001f\u0020', '\u007f', '\u0080', 'é', '\u2028\u2029', '\ud83d\ude00', '\ud800', '\udc00', 'a\ud800b', '\udc00\ud800',
  '\ud83d\ud83d\ude00', '\ude00\ude00', '\uffff', '\ufeff', '\ufffd', '<script>&\'', 'ab\ncdefghijklmnop', 'abcdefgh"', 'abcdefg"h', '12345678\u001f', 'ééééééééé"', '\udbff\udfff', '\ud7ff\ue000'];
const alphabet = ['a', 'b', 'z', ' ', '"', '\\', '\n', '\u0007', 'é', 'ß', '€', '\ufffd', '\uffff', '\ue000', '\ud7ff', '😀', '\ud83d', '\ude00', '\ud800', '\udfff', '\udbff', '\udc00', '\u{10000}', '\u{10ffff}'];
const anyText = () => times(Math.floor(random() * 12), () => pick(alphabet)).join('');
const texts = [...odd, ...times(150, anyText)].map((s) => ({ text: units(s), json: JSON.stringify(s) }));

// JSON.parse: the normal form, or null where it throws.
const documents = ['', ' ', 'null', ' true ', 'false', 'nul', 'nulll', 'True', 'undefined', 'NaN', '[]', '[ ]', '[1]', '[1,]', '[,1]', '[1 2]', '[1', '[', ']', '{}', '{ }', '{"a":1}', '{"a":1,}', '{a:1}',
  "{'a':1}", '{"a"}', '{"a":}', '{"a" 1}', '{,}', '{"a":1 "b":2}', '{"a":1', '{', '}', '{"a":1}}', '1 2', '[1]x', '"a', '"a\\', '"\\u12"', '"\\u123g"', '"\\x41"', '"\\u0041"', '"\\""', '"\\/"', '"\\b\\f\\n\\r\\t\\\\"',
  '"a\nb"', '"a\tb"', '"\u007f"', '"\u2028"', '\ufeff1', '\u00a01', '\u000b1', '1\n', '\r\n\t 1', '01', '-01', '-', '-a', '1.', '.5', '1.5', '1e5', '1E+5', '1e-5', '1e', '1e+', '-0', '-0.0', '0e10', '0.0e-5', '+1', '1e400', '-1e400', '0x10', '1_0',
  '{"b":1,"a":2}', '{"2":1,"1":2,"b":3,"0":4}', '{"b":1,"4294967294":2,"4294967295":3,"4294967296":4,"01":5,"-1":6,"1.5":7,"10":8,"9":9}', '{"a":1,"a":2}', '{"a":1,"b":2,"a":3}', '{"1":1,"a":2,"1":3}',
  '{"__proto__":1,"a":{"__proto__":null}}', '{"constructor":1,"toString":2}', '{"":1,"":2}', '{"":{"":{"":[]}}}', '[[[[[[]]]]]]', '{"a":[{"b":[{}]}]}', '"\\ud83d\\ude00"', '"\\ud83d"', '"\\ude00\\ud83d"', '"\\ud83d\\ud83d\\ude00"', '"\\ud83dx\\ude00"',
  '"\\uD83D\\uDE00"', '{"\\u0061":1,"a":2}', '{"k\\n":1}', '"é\\n€😀"', '/* a */1', '1//', '[1,/*x*/2]', '"\\u0000"', '"\\', '"\\u', '"\\ud800', '[1,2,3,4,5,6,7,8,9,10]', '[true,false,null,"",0]', '[-1,-1.5,-1e-7,1e21]', '12345678901234567890', '0.1234567890123456789', '1.0', '100', '1e2', '[1.0,1.10]',
  JSON.stringify(Object.fromEntries(times(40, (i) => ['k' + ((i * 7) % 40), i]))), JSON.stringify(Object.fromEntries(times(40, (i) => [String((i * 7) % 50) + (i % 3 ? '' : 'x'), i]))),
  '{' + times(60, (i) => `"k${i % 45}":${i}`).join(',') + '}', '{' + times(60, (i) => `"${(i * 13) % 47}":${i}`).join(',') + '}',
  ...times(200, () => times(1 + Math.floor(random() * 8), () => pick(['{', '}', '[', ']', ',', ':', '"a"', '"1"', '1', '-', 'null', ' ', '"', '\\'])).join('')),
].map((s) => {
  try {
    const v = JSON.parse(s);
    return { text: units(s), json: JSON.stringify(v), keys: v && typeof v === 'object' && !Array.isArray(v) ? Object.keys(v).map(units) : undefined };
  } catch { return { text: units(s) }; }
});

// Key order after changes: [key] deletes, [key, number] sets.
const keyNames = ['a', 'b', 'c', '0', '1', '2', '10', '9', '01', '-1', '4294967294', '4294967295', '', 'long key', '1.5', ...times(15, (i) => 'm' + i), ...times(10, (i) => String(i * 17))];
const edits = times(60, (n) => {
  const o = {};
  const moves = times(5 + n, (i) => (random() < 0.25 ? [pick(keyNames)] : [pick(keyNames), i]));
  for (const [key, value] of moves) value === undefined ? delete o[key] : (o[key] = value);
  return { moves: moves.map(([key, value]) => ({ key, value, delete: value === undefined })), json: JSON.stringify(o) };
});

// Coercions and operators.
const values = [undefined, null, true, false, 0, -0, 1, -1, 1.5, 2, 10, NaN, Infinity, -Infinity, 1e21, 1e-7, '', ' ', '0', '1', '-0', '1.0', '01', '0x10', '2', '10', 'a', 'A', 'abc', 'NaN', 'Infinity', 'null', 'undefined', 'true',
  '[object Object]', '1,2', '\ud83d', '\ude00', '😀', '\uffff', '\ue000', '\ud7ff', '\u{10000}', 'é', [], [0], [1], [1, 2], [null], [undefined], [null, undefined, 1], [[]], ['a'], ['\ud83d'], [[1, [2, [3]]], 'x'], [true], ['0x10'], {}, { a: 1 }, [{}], ['\ude00', '\ud83d']];
const primitives = values.map((v) => ({ value: encode(v), string: units(String(v)), number: bits(Number(v)), type: typeof v, truthy: !!v, json: JSON.stringify(v) ?? 'null' }));
const matrix = (f) => values.map((a) => values.map((b) => f(a, b)));
const row = (f) => matrix(f).map((line) => line.map((x) => (x ? 1 : 0)).join(''));
const operators = {
  loose: row((a, b) => a == b), strict: row((a, b) => a === b),
  less: row((a, b) => a < b), ordered: row((a, b) => a < b || a >= b),
  add: matrix((a, b) => encode(a + b)),
};

// UTF-16 views of text.
const utf16 = [...odd, ...times(120, anyText)].map((s) => {
  const other = anyText();
  const part = s.slice(Math.floor(random() * (s.length + 1)), Math.floor(random() * (s.length + 1)));
  const from = Math.floor(random() * (s.length + 2));
  return {
    text: units(s), other: units(other), joined: units(s + other), order: s < other ? -1 : s > other ? 1 : 0,
    slices: times(8, () => { const a = Math.floor(random() * (s.length + 2)); const b = Math.floor(random() * (s.length + 3)); return { from: a, to: b, text: units(a < b ? s.slice(a, b) : '') }; }),
    part: units(part), from, index: s.indexOf(part, from), trimmed: units(s.trim()), wellFormed: units(s.toWellFormed()),
  };
});

const file = { node: process.version, numbers, numberTexts, texts, documents, edits, primitives, operators, utf16 };
const lines = Object.entries(file).map(([key, value]) => {
  const body = Array.isArray(value) ? '[\n' + value.map((x) => JSON.stringify(x)).join(',\n') + '\n]' : JSON.stringify(value);
  return `${JSON.stringify(key)}: ${body}`;
});
const ascii = (s) => s.replace(/[\u007f-\uffff]/g, (c) => '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0'));
writeFileSync(new URL('js-vectors.json', import.meta.url), ascii('{\n' + lines.join(',\n') + '\n}\n'));
