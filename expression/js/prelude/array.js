// Extension functions of arrays.
(lib => {
  'use strict';
  const { failure, isObject, isNothing } = lib;

  // canonical is a text that two values share if and only if they are deeply
  // equal, whatever the order of their keys.
  const canonical = value => {
    if (typeof value === 'string') return JSON.stringify(value);
    if (!isObject(value)) return typeof value === 'bigint' ? `${value}n` : String(value);
    if (Array.isArray(value)) return '[' + value.map(canonical).join() + ']';
    if (value instanceof Date) return 'd' + value.getTime();
    if (lib.luxon.DateTime.isDateTime(value)) return 't' + value.toMillis() + value.zoneName;
    return '{' + Object.keys(value).sort().map(key => JSON.stringify(key) + ':' + canonical(value[key])).join() + '}';
  };

  const unique = (list, keyOf = canonical) => {
    const seen = new Set();
    return list.filter(value => {
      const key = keyOf(value);
      return !seen.has(key) && seen.add(key);
    });
  };

  const removeDuplicates = (list, ...fields) => {
    const names = fields.flat().map(String);
    if (names.length === 0) return unique(list);
    return unique(list, value => (isObject(value) ? canonical(names.map(name => value[name])) : 'v' + canonical(value)));
  };

  const others = (name, other) => {
    if (!Array.isArray(other)) throw failure(`${name}(): expected array arg, e.g. .${name}([1, 2, 3, 4])`);
    return other;
  };

  const numbers = (name, list) => {
    for (const value of list) {
      if (typeof value !== 'number') throw failure(`${name}(): all array elements must be numbers`);
    }
    return list;
  };

  const total = list => {
    let sum = 0;
    for (const value of list) sum += value;
    return sum;
  };

  const extreme = (list, start, better) => {
    let best = start;
    for (const value of list) best = better(best, value);
    return best;
  };

  const pluck = (list, ...fields) => {
    if (fields.length === 0) return list;
    const plucked = [];
    for (const value of list) {
      if (!isObject(value)) continue;
      const found = Object.keys(value).filter(key => fields.includes(key)).map(key => value[key]);
      if (found.length > 0) plucked.push(found.length === 1 ? found[0] : found);
    }
    return plucked;
  };

  const chunk = (list, size) => {
    if (typeof size !== 'number' || size <= 0) throw failure('chunk(): expected non-zero numeric arg, e.g. .chunk(5)');
    const chunks = [];
    for (let i = 0; i < list.length; i += size) chunks.push(list.slice(i, i + size));
    return chunks;
  };

  const compact = list => {
    const kept = [];
    for (const value of list) {
      if (isNothing(value)) continue;
      if (!isObject(value)) kept.push(value);
      else if (Object.keys(value).length > 0) kept.push(lib.compact(value));
    }
    return kept;
  };

  const renameKeys = (list, ...names) => {
    if (names.length === 0 || names.length % 2 !== 0) {
      throw failure('renameKeys(): expected an even amount of args: from1, to1 [, from2, to2, ...]. e.g. .renameKeys("name", "title")');
    }
    return list.map(value => {
      if (!isObject(value)) return value;
      const renamed = { ...value };
      for (let i = 0; i < names.length; i += 2) {
        if (!(names[i] in renamed)) continue;
        const moved = renamed[names[i]];
        delete renamed[names[i]];
        renamed[names[i + 1]] = moved;
      }
      return renamed;
    });
  };

  const smartJoin = (list, key, value) => {
    if (typeof key !== 'string' || typeof value !== 'string' || key === '' || value === '') {
      throw failure('smartJoin(): expected two string args, e.g. .smartJoin("name", "value")');
    }
    const joined = {};
    for (const part of list) if (isObject(part) && part[key] !== undefined && part[value] !== undefined) joined[part[key]] = part[value];
    return joined;
  };

  // merge walks both lists side by side into one object; what is there first stays.
  const merge = (list, other = []) => {
    if (!Array.isArray(other)) throw failure('merge(): expected array arg, e.g. .merge([{ id: 1, otherValue: 3 }])');
    const merged = {};
    for (let i = 0; i < list.length; i++) {
      for (const part of [list[i], other[i]]) {
        if (!isObject(part)) continue;
        for (const key of Object.keys(part)) if (!Object.hasOwn(merged, key)) merged[key] = part[key];
      }
    }
    return merged;
  };

  lib.extend('Array', {
    append: (list, ...more) => list.concat(more),
    average: list => (list.length === 0 ? 0 : total(numbers('average', list)) / list.length),
    chunk,
    compact,
    difference: (list, other) => {
      const without = new Set(others('difference', other).map(canonical));
      return unique(list).filter(value => !without.has(canonical(value)));
    },
    first: list => list[0],
    intersection: (list, other) => {
      const within = new Set(others('intersection', other).map(canonical));
      return unique(list).filter(value => within.has(canonical(value)));
    },
    last: list => list[list.length - 1],
    max: list => extreme(numbers('max', list), -Infinity, Math.max),
    merge,
    min: list => extreme(numbers('min', list), Infinity, Math.min),
    pluck,
    randomItem: list => (list.length === 0 ? undefined : list[Math.floor(Math.random() * list.length)]),
    removeDuplicates,
    renameKeys,
    smartJoin,
    sum: list => total(numbers('sum', list)),
    toJsonString: list => JSON.stringify(list),
    union: (list, other) => unique(list.concat(others('union', other))),
    unique: removeDuplicates,
  });
})(globalThis.__n8n);
