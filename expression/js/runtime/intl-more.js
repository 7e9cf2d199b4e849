// The parts of Intl that need no data but a few English words.
(() => {
  'use strict';
  const { Intl } = globalThis;
  const define = (name, cls) => {
    Object.defineProperty(Intl, name, { value: cls, writable: true, configurable: true });
    Object.defineProperty(cls, 'supportedLocalesOf', { value: locales => Intl.NumberFormat.supportedLocalesOf(locales), writable: true, configurable: true });
    Object.defineProperty(cls.prototype, Symbol.toStringTag, { value: `Intl.${name}`, configurable: true });
  };

  class PluralRules {
    #ordinal;
    constructor(_, { type = 'cardinal' } = {}) { this.#ordinal = type === 'ordinal'; }
    select(number) {
      const n = Number(number);
      if (!this.#ordinal) return n === 1 ? 'one' : 'other';
      const [tens, ones] = [n % 100, n % 10];
      if (ones === 1 && tens !== 11) return 'one';
      if (ones === 2 && tens !== 12) return 'two';
      return ones === 3 && tens !== 13 ? 'few' : 'other';
    }
    resolvedOptions() { return { locale: 'en-US', type: this.#ordinal ? 'ordinal' : 'cardinal' }; }
  }
  define('PluralRules', PluralRules);

  const near = {
    year: ['last year', 'this year', 'next year'], quarter: ['last quarter', 'this quarter', 'next quarter'],
    month: ['last month', 'this month', 'next month'], week: ['last week', 'this week', 'next week'],
    day: ['yesterday', 'today', 'tomorrow'], hour: [, 'this hour'], minute: [, 'this minute'], second: [, 'now'],
  };
  const nearShort = {
    ...near, year: ['last yr.', 'this yr.', 'next yr.'], quarter: ['last qtr.', 'this qtr.', 'next qtr.'],
    month: ['last mo.', 'this mo.', 'next mo.'], week: ['last wk.', 'this wk.', 'next wk.'],
  };
  const nearNarrow = {
    ...near, year: ['last yr.', 'this yr.', 'next yr.'], quarter: ['last qtr.', 'this qtr.', 'next qtr.'],
    month: ['last mo.', 'this mo.', 'next mo.'], week: ['last wk.', 'this wk.', 'next wk.'],
  };
  const units = {
    long: unit => [unit, `${unit}s`],
    short: unit => ({ year: ['yr.', 'yr.'], quarter: ['qtr.', 'qtrs.'], month: ['mo.', 'mo.'], week: ['wk.', 'wk.'],
      day: ['day', 'days'], hour: ['hr.', 'hr.'], minute: ['min.', 'min.'], second: ['sec.', 'sec.'] })[unit],
    narrow: unit => ({ year: ['y', 'y'], quarter: ['q', 'q'], month: ['mo', 'mo'], week: ['w', 'w'],
      day: ['d', 'd'], hour: ['h', 'h'], minute: ['min', 'min'], second: ['s', 's'] })[unit],
  };
  class RelativeTimeFormat {
    #style;
    #auto;
    #numbers = new Intl.NumberFormat('en-US');
    constructor(_, { style = 'long', numeric = 'always' } = {}) {
      this.#style = style;
      this.#auto = numeric === 'auto';
    }
    format(value, unit) { return this.formatToParts(value, unit).map(part => part.value).join(''); }
    formatToParts(value, unit) {
      const n = Number(value);
      const one = String(unit).replace(/s$/, '');
      if (!units.long(one) || !near[one]) throw new RangeError(`Invalid unit argument for format() '${unit}'`);
      if (!Number.isFinite(n)) throw new RangeError('The number value must be finite');
      const words = { long: near, short: nearShort, narrow: nearNarrow }[this.#style][one];
      const literal = this.#auto ? words[n + 1] : undefined;
      if (literal !== undefined) return [{ type: 'literal', value: literal }];
      const past = n < 0 || Object.is(n, -0);
      const name = units[this.#style](one)[Math.abs(n) === 1 ? 0 : 1];
      const gap = this.#style === 'narrow' ? '' : ' ';
      const parts = this.#numbers.formatToParts(Math.abs(n)).map(part => ({ ...part, unit: one }));
      return past ? [...parts, { type: 'literal', value: `${gap}${name} ago` }]
        : [{ type: 'literal', value: 'in ' }, ...parts, { type: 'literal', value: `${gap}${name}` }];
    }
    resolvedOptions() {
      return { locale: 'en-US', style: this.#style, numeric: this.#auto ? 'auto' : 'always', numberingSystem: 'latn' };
    }
  }
  define('RelativeTimeFormat', RelativeTimeFormat);

  class ListFormat {
    #style;
    #type;
    constructor(_, { style = 'long', type = 'conjunction' } = {}) {
      this.#style = style;
      this.#type = type;
    }
    format(list) { return this.formatToParts(list).map(part => part.value).join(''); }
    formatToParts(list) {
      const words = [...list];
      const word = this.#type === 'disjunction' ? 'or' : this.#style === 'long' ? 'and' : '&';
      const unit = this.#type === 'unit';
      const comma = unit && this.#style === 'narrow' ? ' ' : ', ';
      const narrow = this.#type === 'conjunction' && this.#style === 'narrow';
      const last = unit || narrow ? comma : words.length === 2 ? ` ${word} ` : `, ${word} `;
      const parts = [];
      words.forEach((value, i) => {
        if (i > 0) parts.push({ type: 'literal', value: i === words.length - 1 ? last : comma });
        parts.push({ type: 'element', value });
      });
      return parts;
    }
    resolvedOptions() { return { locale: 'en-US', style: this.#style, type: this.#type }; }
  }
  define('ListFormat', ListFormat);

  class Locale {
    #tag;
    constructor(tag) {
      if (typeof tag !== 'string' && typeof tag !== 'object') throw new TypeError('First argument to Intl.Locale constructor can\'t be empty or missing');
      [this.#tag] = Intl.getCanonicalLocales(String(tag));
    }
    get baseName() { return this.#tag.replace(/-u-.*/, ''); }
    get language() { return this.#tag.split('-')[0]; }
    get region() { return this.#tag.split('-').slice(1).find(part => /^([A-Z]{2}|\d{3})$/.test(part)); }
    get script() { return this.#tag.split('-').find(part => /^[A-Z][a-z]{3}$/.test(part)); }
    getWeekInfo() {
      const us = !this.region || this.region === 'US';
      return { firstDay: us ? 7 : 1, weekend: [6, 7], minimalDays: us ? 1 : 4 };
    }
    toString() { return this.#tag; }
  }
  define('Locale', Locale);

  class Collator {
    #numeric;
    #base;
    constructor(_, { numeric = false, sensitivity = 'variant' } = {}) {
      this.#numeric = numeric;
      this.#base = sensitivity;
      this.compare = (a, b) => this.#compare(String(a), String(b));
    }
    #compare(a, b) {
      if (this.#numeric) {
        const [x, y] = [a, b].map(text => text.match(/\d+|\D+/g) ?? []);
        for (let i = 0; i < Math.min(x.length, y.length); i++) {
          const both = /^\d/.test(x[i]) && /^\d/.test(y[i]);
          const order = both ? Math.sign(Number(x[i]) - Number(y[i])) : collate(x[i], y[i], this.#base);
          if (order) return order;
        }
        return Math.sign(x.length - y.length);
      }
      return collate(a, b, this.#base);
    }
    resolvedOptions() { return { locale: 'en-US', usage: 'sort', sensitivity: this.#base, numeric: this.#numeric }; }
  }

  // The root order of Unicode in outline: signs, digits, letters; first by the
  // letter, then by its marks, then small before capital.
  const rank = c => (/\s/.test(c) ? 0 : /\p{P}/u.test(c) ? 1 : /\p{S}/u.test(c) ? 2 : /\p{N}/u.test(c) ? 3 : 4);
  const keys = text => {
    const primary = [];
    let marks = '';
    let cases = '';
    for (const c of text.normalize('NFD')) {
      if (/\p{M}/u.test(c)) { marks += `${primary.length}${c}`; continue; }
      const small = c.toLowerCase();
      primary.push(String(rank(c)) + small);
      cases += c === small ? '0' : '1';
    }
    return [primary.join('\0'), marks, cases];
  };
  const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
  const collate = (a, b, sensitivity) => {
    if (a === b) return 0;
    const [x, y] = [keys(a), keys(b)];
    let result = order(x[0], y[0]);
    if (!result && (sensitivity === 'variant' || sensitivity === 'accent')) result = order(x[1], y[1]);
    if (!result && (sensitivity === 'variant' || sensitivity === 'case')) result = order(x[2], y[2]);
    return result;
  };
  define('Collator', Collator);

  const plain = new Collator();
  const method = (prototype, name, value) => Object.defineProperty(prototype, name, { value, writable: true, configurable: true });
  method(String.prototype, 'localeCompare', function (that, locales, options) {
    return (options ? new Collator(locales, options) : plain).compare(String(this), String(that));
  });
  method(Array.prototype, 'toLocaleString', function (locales, options) {
    return Array.from(this, e => (e === null || e === undefined ? '' : e.toLocaleString(locales, options))).join(',');
  });
  // Segmenter cuts a text into code points with their marks, or into words.
  class Segmenter {
    #granularity;
    constructor(_, { granularity = 'grapheme' } = {}) { this.#granularity = granularity; }
    segment(input) {
      const text = String(input);
      const rule = { grapheme: /\P{M}(?:\p{M}|\u200d\P{M}|[\u{1f3fb}-\u{1f3ff}])*|\p{M}/gsu, word: /[\p{L}\p{N}_'’]+|\s+|./gsu, sentence: /[^.!?]*[.!?]*\s*/gsu }[this.#granularity];
      const segments = [...text.matchAll(rule)].filter(m => m[0] !== '').map(m => ({ segment: m[0], index: m.index, input: text,
        ...(this.#granularity === 'word' ? { isWordLike: /[\p{L}\p{N}]/u.test(m[0]) } : {}) }));
      return { [Symbol.iterator]: () => segments[Symbol.iterator](), containing: at => segments.find(s => at >= s.index && at < s.index + s.segment.length) };
    }
    resolvedOptions() { return { locale: 'en-US', granularity: this.#granularity }; }
  }
  define('Segmenter', Segmenter);
  Object.defineProperty(Intl, 'supportedValuesOf', { value: () => [], writable: true, configurable: true });
})();
