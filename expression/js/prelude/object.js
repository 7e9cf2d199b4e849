// Extension functions of objects.
(lib => {
  'use strict';
  const { failure } = lib;

  const isObject = value => typeof value === 'object' && value !== null;
  const isNothing = value => value === null || value === undefined || value === '' || value === 'nil';

  // compact drops what is nothing or an empty object, at every depth; what
  // becomes empty by that stays. Lists inside become objects.
  const compact = value => {
    const kept = {};
    for (const key of Object.keys(value)) {
      const v = value[key];
      if (isNothing(v)) continue;
      if (!isObject(v)) kept[key] = v;
      else if (Object.keys(v).length > 0) kept[key] = compact(v);
    }
    return kept;
  };

  const only = (value, keep) => {
    const kept = {};
    for (const key of Object.keys(value)) if (keep(value[key])) kept[key] = value[key];
    return kept;
  };

  const text = (argument, message) => {
    if (typeof argument !== 'string' || argument === '') throw failure(message);
    return argument;
  };

  const formEncode = value => encodeURIComponent(value.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd'))
    .replace(/%20/g, '+').replace(/[!'()~]/g, c => '%' + c.charCodeAt(0).toString(16).toUpperCase());

  Object.assign(lib, { isObject, isNothing, compact });
  lib.extend('Object', {
    compact,
    hasField: (value, name) => name in value,
    keepFieldsContaining: (value, part) => {
      text(part, 'argument of keepFieldsContaining must be a non-empty string');
      return only(value, v => typeof v === 'string' && v.includes(part));
    },
    keys: value => Object.keys(value),
    removeField: (value, name) => {
      const copy = { ...value };
      delete copy[name];
      return copy;
    },
    removeFieldsContaining: (value, part) => {
      text(part, 'removeFieldsContaining(): expected non-empty string arg');
      return only(value, v => typeof v !== 'string' || !v.includes(part));
    },
    toJsonString: value => JSON.stringify(value),
    urlEncode: value => Object.keys(value).map(key => `${formEncode(key)}=${formEncode(String(value[key]))}`).join('&'),
    values: value => Object.values(value),
  });
})(globalThis.__n8n);
