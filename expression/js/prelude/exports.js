// What the engine takes of all this; it removes it from the global object.
(lib => {
  'use strict';
  const { DateTime, Duration } = lib.luxon;

  // leave gives the value that an expression comes to. Inside of values the
  // dates of Luxon become their text by toJSON.
  const leave = value => {
    if (typeof value !== 'object' || value === null) return value;
    if (value instanceof DateTime) return value.isValid ? value.toISO() : 'Invalid DateTime';
    if (value instanceof Duration) return value.toISO();
    if (lib.isProxy(value)) return {};
    return value;
  };

  globalThis.__n8n = {
    names: lib.names(), call: lib.call, begin: lib.begin, leave,
    isError: lib.isError, describeError: lib.describeError,
  };
  lib.hide();
})(globalThis.__n8n);
