// The objects of ECMA-402. What they say is the host's (package intl): each
// keeps the locales and options that it was made of as a text, and asks with it.
(() => {
  'use strict';
  const g = globalThis;
  const host = g.__engine.call;
  const { defineProperty } = Object;
  const [RESOLVE, INVOKE, ASK] = [100, 101, 102];

  // The host throws what an error is made of.
  const call = (op, ...args) => {
    try {
      return host(op, ...args);
    } catch (e) {
      throw e && e.kind ? new g[e.kind](e.message) : e;
    }
  };

  const hide = (o, name, value) => defineProperty(o, name, { value, writable: true, enumerable: false, configurable: true });
  const noLength = f => defineProperty(f, 'length', { value: 0 });
  const localeList = locales => {
    if (locales === undefined) return [];
    if (typeof locales === 'string') return [locales];
    if (locales === null) throw new TypeError('Cannot convert undefined or null to object');
    if (locales instanceof Locale) return [locales.toString()];
    return Array.from(Object(locales), tag => {
      if (typeof tag !== 'string' && (typeof tag !== 'object' || tag === null)) throw new TypeError('Language ID should be string or object.');
      return String(tag);
    });
  };
  const plain = value => (typeof value === 'boolean' || typeof value === 'number' || value === null ? value : String(value));
  const number = value => {
    if (typeof value === 'bigint') return String(value);
    if (typeof value === 'string') return value;
    if (typeof value === 'object' && value !== null) return number(value[Symbol.toPrimitive] ? value[Symbol.toPrimitive]('number') : value.valueOf() === value ? String(value) : value.valueOf());
    return Number(value);
  };
  const time = date => {
    const t = date === undefined ? Date.now() : Number(date);
    if (!Number.isFinite(t) || Math.abs(t) > 8.64e15) throw new RangeError('Invalid time value');
    return Math.trunc(t);
  };

  const Intl = {};
  defineProperty(Intl, Symbol.toStringTag, { value: 'Intl', configurable: true });
  const texts = new WeakMap();
  const bounds = new WeakMap();
  const keyOf = (self, name, method) => {
    const text = texts.get(self);
    if (text === undefined || text[0] !== name) throw new TypeError(`Method ${method} called on incompatible receiver ${typeof self === 'object' ? Object.prototype.toString.call(self) : String(self)}`);
    return text[1];
  };
  const pick = (options, keys, caller) => {
    const picked = {};
    if (options === undefined) return picked;
    if (options === null) throw new TypeError(caller ? `${caller} called on null or undefined` : 'Cannot convert undefined or null to object');
    for (const key of keys) {
      const value = options[key];
      if (value !== undefined) picked[key] = plain(value);
    }
    return picked;
  };

  // service makes a constructor: the options that it reads, its methods, and
  // whether it may be called without new.
  const optionKeys = {};
  const service = (name, keys, { callable, methods = {}, getters = {}, check }) => {
    const make = (self, locales, options) => {
      if (check) check(options);
      const text = JSON.stringify([localeList(locales), pick(options, keys, callable && name !== 'Collator' ? `Intl.${name}` : '')]);
      call(RESOLVE, name, text);
      texts.set(self, [name, text]);
      return self;
    };
    const constructor = {
      [name]: function (locales, options) {
        if (new.target === undefined && !callable) throw new TypeError(`Constructor Intl.${name} requires 'new'`);
        return make(new.target === undefined ? Object.create(constructor.prototype) : this, locales, options);
      },
    }[name];
    noLength(constructor);
    hide(constructor, 'supportedLocalesOf', function supportedLocalesOf(locales) { return call(ASK, 'supported', JSON.stringify(localeList(locales))); });
    const { prototype } = constructor;
    defineProperty(constructor, 'prototype', { writable: false });
    defineProperty(prototype, Symbol.toStringTag, { value: `Intl.${name}`, configurable: true });
    hide(prototype, 'resolvedOptions', function resolvedOptions() { return call(RESOLVE, name, keyOf(this, name, `Intl.${name}.prototype.resolvedOptions`), true); });
    for (const [method, f] of Object.entries(methods)) {
      hide(prototype, method, { [method](...args) { return f(keyOf(this, name, `Intl.${name}.prototype.${method}`), ...args); } }[method]);
    }
    for (const [getter, f] of Object.entries(getters)) {
      defineProperty(prototype, getter, {
        enumerable: false, configurable: true,
        get() {
          const key = keyOf(this, name, `get Intl.${name}.prototype.${getter}`);
          if (!bounds.has(this)) bounds.set(this, noLength((...args) => f(key, ...args)));
          return bounds.get(this);
        },
      });
    }
    hide(Intl, name, constructor);
    if (callable && name !== 'Collator') optionKeys[name] = keys;
  };
  const invoke = (name, method, ...prepare) => (key, ...args) => call(INVOKE, name, key, method, ...prepare.map((f, i) => f(args[i])));

  hide(Intl, 'getCanonicalLocales', function getCanonicalLocales(locales) { return call(ASK, 'canonical', JSON.stringify(localeList(locales))); });
  hide(Intl, 'supportedValuesOf', function supportedValuesOf(key) { return call(ASK, 'values', String(key)); });

  const range = (name, method, as) => (key, start, end) => {
    if (start === undefined || end === undefined) {
      throw new TypeError(name === 'DateTimeFormat' ? 'Invalid time value' : `Invalid ${start === undefined ? 'start' : 'end'} : undefined`);
    }
    return call(INVOKE, name, key, method, as(start), as(end));
  };
  const digits = ['minimumIntegerDigits', 'minimumFractionDigits', 'maximumFractionDigits', 'minimumSignificantDigits', 'maximumSignificantDigits', 'roundingIncrement', 'roundingMode', 'roundingPriority', 'trailingZeroDisplay'];
  service('DateTimeFormat', [
    'localeMatcher', 'calendar', 'numberingSystem', 'hour12', 'hourCycle', 'timeZone', 'weekday', 'era', 'year', 'month', 'day', 'dayPeriod', 'hour', 'minute',
    'second', 'fractionalSecondDigits', 'timeZoneName', 'formatMatcher', 'dateStyle', 'timeStyle', 'defaults', 'method',
  ], {
    callable: true, getters: { format: invoke('DateTimeFormat', 'format', time) },
    methods: {
      formatToParts: invoke('DateTimeFormat', 'formatToParts', time),
      formatRange: range('DateTimeFormat', 'formatRange', time), formatRangeToParts: range('DateTimeFormat', 'formatRangeToParts', time),
    },
  });
  service('NumberFormat', [
    'localeMatcher', 'numberingSystem', 'style', 'currency', 'currencyDisplay', 'currencySign', 'unit', 'unitDisplay', 'notation', ...digits,
    'compactDisplay', 'useGrouping', 'signDisplay', 'method',
  ], {
    callable: true, getters: { format: invoke('NumberFormat', 'format', number) },
    methods: {
      formatToParts: invoke('NumberFormat', 'formatToParts', number),
      formatRange: range('NumberFormat', 'formatRange', number), formatRangeToParts: range('NumberFormat', 'formatRangeToParts', number),
    },
  });
  service('Collator', ['usage', 'localeMatcher', 'collation', 'numeric', 'caseFirst', 'sensitivity', 'ignorePunctuation'], {
    callable: true, getters: { compare: invoke('Collator', 'compare', String, String) },
  });
  service('PluralRules', ['localeMatcher', 'type', 'notation', ...digits], {
    methods: { select: invoke('PluralRules', 'select', Number), selectRange: range('PluralRules', 'selectRange', Number) },
  });
  service('RelativeTimeFormat', ['localeMatcher', 'numberingSystem', 'style', 'numeric'], {
    methods: { format: invoke('RelativeTimeFormat', 'format', Number, String), formatToParts: invoke('RelativeTimeFormat', 'formatToParts', Number, String) },
  });
  const words = (list = []) => {
    if (list === null || !list[Symbol.iterator]) throw new TypeError(`${typeof list} ${String(list)} is not iterable (cannot read property Symbol(Symbol.iterator))`);
    return Array.from(list, word => {
      if (typeof word !== 'string') throw new TypeError(`Iterable yielded ${String(word)} which is not a string`);
      return word;
    });
  };
  service('ListFormat', ['localeMatcher', 'type', 'style'], {
    methods: { format: invoke('ListFormat', 'format', words), formatToParts: invoke('ListFormat', 'formatToParts', words) },
  });
  service('DisplayNames', ['localeMatcher', 'style', 'type', 'fallback', 'languageDisplay'], {
    methods: { of: invoke('DisplayNames', 'of', String) },
    check: options => { if (options === undefined) throw new TypeError('invalid_argument'); },
  });
  service('Segmenter', ['localeMatcher', 'granularity'], {
    methods: {
      segment: (key, input) => {
        const text = String(input);
        const segments = () => call(INVOKE, 'Segmenter', key, 'segment', text).map(({ segment, index, ...more }) => ({ segment, index, input: text, ...more }));
        return {
          [Symbol.iterator]: () => segments()[Symbol.iterator](),
          containing: (at = 0) => segments().find(s => at >= s.index && at < s.index + s.segment.length),
        };
      },
    },
  });

  class Locale {
    #tag;
    #parts;
    constructor(tag, options) {
      if (typeof tag !== 'string' && (typeof tag !== 'object' || tag === null)) throw new TypeError('First argument to Intl.Locale constructor can\'t be empty or missing');
      const keys = ['language', 'script', 'region', 'variants', 'calendar', 'collation', 'firstDayOfWeek', 'hourCycle', 'caseFirst', 'numeric', 'numberingSystem'];
      this.#tag = call(ASK, 'locale', String(tag), JSON.stringify(pick(options, keys)));
      this.#parts = call(ASK, 'parts', this.#tag);
    }
    toString() { return this.#tag; }
    maximize() { return new Locale(call(ASK, 'maximize', this.#tag)); }
    minimize() { return new Locale(call(ASK, 'minimize', this.#tag)); }
    static {
      for (const name of ['language', 'script', 'region', 'baseName', 'calendar', 'caseFirst', 'collation', 'firstDayOfWeek', 'hourCycle', 'numeric', 'numberingSystem']) {
        defineProperty(this.prototype, name, { get() { return this.#parts[name]; }, enumerable: false, configurable: true });
      }
      for (const name of ['Calendars', 'Collations', 'HourCycles', 'NumberingSystems', 'TimeZones', 'TextInfo', 'WeekInfo']) {
        const own = name[0].toLowerCase() + name.slice(1);
        hide(this.prototype, `get${name}`, { [`get${name}`]() { return call(ASK, own, this.#tag); } }[`get${name}`]);
        defineProperty(this.prototype, own, { get() { return call(ASK, own, this.#tag); }, enumerable: false, configurable: true });
      }
      defineProperty(this.prototype, Symbol.toStringTag, { value: 'Intl.Locale', configurable: true });
    }
  }
  noLength(Locale);
  hide(Intl, 'Locale', Locale);

  // The methods of other objects that ask a formatter (ECMA-402 19). What is
  // asked for by a locale alone is remembered.
  const kept = new Map();
  const formatter = (name, locales, options, method) => {
    const simple = options === undefined && (locales === undefined || typeof locales === 'string');
    const id = simple ? `${method}${locales}` : '';
    let key = simple ? kept.get(id) : undefined;
    if (key === undefined) {
      const keys = optionKeys[name];
      const told = keys ? { ...pick(options, keys, method), method } : options;
      if (name === 'DateTimeFormat') told.defaults = method.endsWith('DateString') ? 'date' : method.endsWith('TimeString') ? 'time' : 'all';
      key = texts.get(new Intl[name](locales, told))[1];
      if (simple && kept.size < 64) kept.set(id, key);
    }
    return key;
  };
  const localized = (prototype, method, f) => hide(prototype, method, noLength({ [method](locales, options) { return f(this, locales, options); } }[method]));
  const dateValue = Date.prototype.valueOf;
  for (const method of ['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString']) {
    localized(Date.prototype, method, (self, locales, options) => {
      const t = dateValue.call(self);
      return t !== t ? 'Invalid Date' : call(INVOKE, 'DateTimeFormat', formatter('DateTimeFormat', locales, options, `Date.prototype.${method}`), 'format', t);
    });
  }
  for (const [prototype, as, type] of [[Number.prototype, v => v, 'Number'], [BigInt.prototype, String, 'BigInt']]) {
    const { valueOf } = prototype;
    localized(prototype, 'toLocaleString', (self, locales, options) => {
      const value = as(valueOf.call(self));
      return call(INVOKE, 'NumberFormat', formatter('NumberFormat', locales, options, `${type}.prototype.toLocaleString`), 'format', value);
    });
  }
  for (const prototype of [Array.prototype, Object.getPrototypeOf(Int8Array.prototype)]) {
    localized(prototype, 'toLocaleString', (self, locales, options) => Array.from(self, e => (e === null || e === undefined ? '' : e.toLocaleString(locales, options))).join(','));
  }
  const collator = '[[],{}]'; // of new Intl.Collator()
  hide(String.prototype, 'localeCompare', function localeCompare(that, locales, options) {
    const key = locales === undefined && options === undefined ? collator : formatter('Collator', locales, options, 'collator');
    return call(INVOKE, 'Collator', key, 'compare', String(this), String(that));
  });
  for (const [name, usual] of [['toLocaleUpperCase', String.prototype.toUpperCase], ['toLocaleLowerCase', String.prototype.toLowerCase]]) {
    localized(String.prototype, name, (self, locales) => {
      const list = localeList(locales);
      return list.length === 0 ? usual.call(self) : call(ASK, name, String(self), JSON.stringify(list));
    });
  }
  hide(g, 'Intl', Intl);
})();
