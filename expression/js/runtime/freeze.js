// Nothing that an expression can reach may change: what one leaves behind, the
// next would find.
(global => {
  'use strict';
  const seen = new Set();
  const lib = global.__engine;
  const { ownKeys } = lib.Reflect;
  delete global.__engine;
  const freeze = value => {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) return;
    seen.add(value);
    if (value !== global) Object.freeze(value);
    freeze(Object.getPrototypeOf(value));
    for (const key of ownKeys(value)) {
      const d = Object.getOwnPropertyDescriptor(value, key);
      if (!d) continue;
      if (value === global && d.configurable) {
        // Accessors stay, as their setters do nothing.
        Object.defineProperty(value, key, 'value' in d ? { writable: false, configurable: false } : { configurable: false });
      }
      if ('value' in d) {
        freeze(d.value);
      } else {
        freeze(d.get);
        freeze(d.set);
      }
    }
  };
  const hidden = [
    (function* () {})(), (async function () {}), (async function* () {}), [][Symbol.iterator](), ''[Symbol.iterator](),
    new Map()[Symbol.iterator](), new Set()[Symbol.iterator](), /x/[Symbol.matchAll](''), Object.getPrototypeOf(Int8Array),
  ];
  // A frozen prototype would keep objects from having members of the same name
  // by assignment. Where that is common, accessors stand in the place of data.
  const { defineProperty, getOwnPropertyDescriptor } = Object;
  const enable = (prototype, names) => {
    for (const name of names) {
      const d = getOwnPropertyDescriptor(prototype, name);
      if (!d || !('value' in d) || !d.configurable) continue;
      const { value } = d;
      defineProperty(prototype, name, {
        get() { return value; },
        set(own) {
          if (this !== prototype && (typeof this === 'object' || typeof this === 'function') && this !== null) {
            defineProperty(this, name, { value: own, writable: true, enumerable: true, configurable: true });
          }
        },
        enumerable: d.enumerable, configurable: true,
      });
    }
  };
  enable(Object.prototype, ['toString', 'valueOf', 'toLocaleString', 'hasOwnProperty', 'isPrototypeOf', 'propertyIsEnumerable', 'constructor']);
  for (const error of [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError]) {
    enable(error.prototype, ['name', 'message', 'toString', 'constructor']);
  }
  freeze(global);
  hidden.forEach(freeze);
  const self = { process: {}, require: {}, module: {}, Buffer: {} };
  freeze(self);
  lib.self = self;
  Object.defineProperty(global, '__engine', { value: lib, configurable: true });
})(this);
