// What the engine takes when the scripts have run: see take in host.c.
(global => {
  'use strict';
  const lib = global.__engine;
  const { state, call, surfaces } = lib;
  const { names, call: extension, begin, leave, isError, describeError } = global.__n8n;
  delete global.__n8n;

  lib.extensions = names.map(name => [name, function (...args) { return extension(this, name, args); }]);
  const { Duration } = global;
  lib.leave = value => (value instanceof Duration ? Object(leave(value)) : leave(value));
  lib.isOwn = isError;
  lib.begin = (index, first, keep) => {
    state.index = index;
    if (first) [state.zone, state.step, state.run] = call(1);
    begin(keep);
  };
  // Unprintable is the error of a value that has no text.
  class Unprintable extends Error {}
  lib.describe = e => {
    if (e instanceof Unprintable) return true;
    if (!isError(e)) return false;
    const told = describeError(e);
    return told !== undefined;
  };

  // What a region of a template prints between text.
  const print = value => {
    if (value === undefined || value === null || value !== value) return '';
    try {
      return `${typeof value === 'object' ? leave(value) : value}`;
    } catch (e) {
      throw new Unprintable(`Expression evaluation failed: ${e.message}`);
    }
  };
  const template = (texts, regions, self) => {
    let text = texts[0];
    for (let i = 0; i < regions.length; i++) {
      try {
        text += print(regions[i].call(self));
      } catch (e) {
        if (surfaces(e)) throw e;
      }
      text += texts[i + 1];
    }
    return text;
  };
  Object.defineProperty(global, '__template', { value: template });
})(this);
