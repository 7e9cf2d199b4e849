// Extension functions of dates: of Luxon's DateTime and of JavaScript's Date,
// which is read in the zone of the workflow.
(lib => {
  'use strict';
  const { failure } = lib;
  const { DateTime } = lib.luxon;

  const units = ['milliseconds', 'seconds', 'minutes', 'hours', 'days', 'weeks', 'months', 'quarters', 'years'];

  const numberFormats = ['ms', 's', 'us', 'excel'];
  const readers = ['fromISO', 'fromRFC2822', 'fromHTTP', 'fromSQL'];

  // fromText reads a text that names its zone in that zone, others in the zone
  // of the workflow; what only Date can read is UTC unless it says otherwise.
  lib.fromText = (value, format) => {
    if (format) return numberFormats.includes(format) ? lib.fromNumber(Number(value), format) : DateTime.fromFormat(value, format);
    const text = value.trim();
    for (const reader of readers) {
      const date = DateTime[reader](text, { setZone: true });
      if (date.isValid) return date;
    }
    const date = DateTime.fromJSDate(new Date(text));
    if (!date.isValid) throw failure('cannot convert to Luxon DateTime');
    return date;
  };

  // A text that counts as a date (see extend.js) is none to Luxon.
  const luxon = value => (value instanceof Date || typeof value === 'string' ? DateTime.fromJSDate(value) : value);

  // alike gives the result in the class of what the function was called on.
  const alike = (value, result) => (value instanceof Date ? result.toJSDate() : result);

  const moment = value => (typeof value === 'string' ? lib.fromText(value) : luxon(value));

  const plain = unit => {
    const found = units.find(u => u === unit || u === `${unit}s`);
    if (!found) throw failure(`Unsupported unit '${unit}'. Supported: ${units.map(u => `'${u}'`).join(', ')}.`);
    return found;
  };

  // diff is base minus other, in days unless the units say otherwise; several
  // units give an object.
  const diff = (base, other, unit = 'days') => {
    const list = (Array.isArray(unit) ? unit : [unit]).map(plain);
    if (base instanceof Date) throw new TypeError('not a DateTime');
    if (list.length === 0) list.push('days');
    if (other === undefined || other === null) return NaN;
    const result = base.diff(other, list);
    return list.length > 1 ? result.toObject() : result.as(list[0]);
  };

  const shifted = (value, how, amount, unit) => alike(value, luxon(value)[how](unit === undefined ? amount ?? {} : { [unit]: amount }));

  const parts = { yearDayNumber: 'ordinal', week: 'weekNumber' };
  const extract = (value, part = 'week') => {
    const date = luxon(value);
    if (part === 'weeks' || typeof part !== 'string') return undefined;
    const name = parts[part] ?? part;
    return date.get(name.endsWith('s') ? name.slice(0, -1) : name);
  };

  // Ends of a range are read as Date reads them. One that is no date gives no answer.
  const limit = value => {
    const at = (typeof value === 'string' ? new Date(value) : value).valueOf();
    return typeof value === 'number' || Number.isNaN(at) ? undefined : at;
  };

  const isBetween = (value, ...limits) => {
    if (limits.length !== 2) throw failure('isBetween(): expected exactly two args');
    const ends = limits.map(limit);
    if (ends.includes(undefined)) return undefined;
    const [a, b] = ends.sort((x, y) => x - y);
    const at = value.valueOf();
    return a < at && at < b;
  };

  const isInLast = (value, amount = 0, unit = 'minutes') => {
    const now = DateTime.now();
    const date = luxon(value);
    return date >= now.minus({ [unit]: amount }) && date <= now;
  };

  lib.extend('Date', {
    beginningOf: (value, unit = 'week') => alike(value, luxon(value).startOf(unit)),
    diffTo: (value, other, unit) => diff(value, moment(other), unit),
    diffToNow: (value, unit) => diff(value, DateTime.now(), unit),
    endOfMonth: value => alike(value, luxon(value).endOf('month')),
    extract,
    format: (value, format, options) => luxon(value).toFormat(format, options),
    isBetween,
    isDst: value => luxon(value).isInDST,
    isInLast,
    isWeekend: value => luxon(value).weekday > 5,
    minus: (value, amount, unit) => shifted(value, 'minus', amount, unit),
    plus: (value, amount, unit) => shifted(value, 'plus', amount, unit),
    toDateTime: luxon,
  });
})(globalThis.__n8n);
