// Extension functions of numbers and booleans.
(lib => {
  'use strict';
  const { failure } = lib;
  const { DateTime } = lib.luxon;

  // Rounding takes the decimal text, so that .5 goes away from zero.
  const round = (value, decimals) => Number(value.toFixed(decimals ?? 0));

  const integer = (name, value) => {
    if (!Number.isInteger(value)) throw failure(`${name}() is only callable on integers`);
    return value;
  };

  const excelEpochDays = 25569;
  const dayMillis = 86400000;

  lib.fromNumber = (value, format = 'ms') => {
    switch (format) {
      case 'ms': return DateTime.fromMillis(value);
      case 's': return DateTime.fromSeconds(value);
      case 'us': return DateTime.fromMillis(value / 1000);
      case 'excel': return DateTime.fromMillis((value - excelEpochDays) * dayMillis);
      default: throw failure(`Unsupported format '${format}'. toDateTime() supports 'ms', 's', 'us' and 'excel'.`);
    }
  };

  // format leaves the number as it is where the locale or the options are none.
  const format = (value, locale = 'en-US', options) => {
    try {
      return new Intl.NumberFormat(locale, options).format(value);
    } catch {
      return String(value);
    }
  };

  lib.extend('Number', {
    abs: value => Math.abs(value),
    ceil: value => Math.ceil(value),
    floor: value => Math.floor(value),
    format,
    isEven: value => integer('isEven', value) % 2 === 0,
    isOdd: value => Math.abs(integer('isOdd', value) % 2) === 1,
    isInteger: value => Number.isInteger(value),
    round,
    toBoolean: value => value !== 0,
    toInt: value => round(value, 0),
    toFloat: value => value,
    toDateTime: lib.fromNumber,
  });

  lib.extend('Boolean', {
    toBoolean: value => value,
    toInt: value => (value ? 1 : 0),
    toFloat: value => (value ? 1 : 0),
    toNumber: value => (value ? 1 : 0),
    toDateTime: () => undefined,
  });

  // These exist for every type, and have no value where they make no sense.
  for (const type of ['Array', 'Object']) {
    lib.extend(type, { toBoolean: () => undefined, toInt: () => undefined, toFloat: () => undefined, toDateTime: () => undefined });
  }
  lib.extend('Date', { toBoolean: () => undefined, toInt: value => value.valueOf(), toFloat: value => value.valueOf() });
})(globalThis.__n8n);
