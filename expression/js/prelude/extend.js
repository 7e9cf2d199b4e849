// The extension functions: which function of which type a call means.
(lib => {
  'use strict';
  const { DateTime } = lib.luxon;

  // owners holds for each name the functions by type.
  const owners = Object.create(null);

  const typeOf = value => {
    switch (typeof value) {
      case 'string': return 'String';
      case 'number': return 'Number';
      case 'boolean': return 'Boolean';
      case 'object':
        if (Array.isArray(value)) return 'Array';
        return value instanceof DateTime || value instanceof Date ? 'Date' : 'Object';
      default: return '';
    }
  };

  // A text as toISOString writes it counts as a date where a function is looked
  // for, which only knows functions of dates then, and those that make dates.
  const iso = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;
  const ownerOf = (value, name) => {
    const isDate = typeof value === 'string' && iso.test(value) && !name.startsWith('toDate') && !Number.isNaN(Date.parse(value));
    return isDate ? 'Date' : typeOf(value);
  };

  lib.typeOf = typeOf;
  lib.extend = (type, functions) => {
    for (const name of Object.keys(functions)) (owners[name] ??= Object.create(null))[type] = functions[name];
  };

  const isEmpty = value => {
    if (value === null || value === undefined) return true;
    switch (typeOf(value)) {
      case 'Array': case 'String': return value.length === 0;
      case 'Object': return Object.keys(value).length === 0;
      case 'Number': case 'Boolean': return !value;
      default: return false;
    }
  };
  lib.isEmpty = isEmpty;

  // call is what X.name(...args) means where name is one of the names. A type's
  // own function wins over a method that the value has.
  lib.call = (value, name, args) => {
    if (name === 'isEmpty') return isEmpty(value);
    if (name === 'isNotEmpty') return !isEmpty(value);
    const functions = owners[name];
    if (!functions) throw new TypeError(`${name} is not a function`);
    if (value === null || value === undefined) throw lib.noValue(name, value);
    const fn = functions[ownerOf(value, name)];
    if (fn) return fn(value, ...args);
    if (typeof value[name] === 'function') return value[name](...args);
    throw lib.wrongType(name, functions);
  };

  lib.names = () => ['isEmpty', 'isNotEmpty', ...Object.keys(owners)];
})(globalThis.__n8n);
