// What scripts find before they run: the host, as __host. See host.go.
(() => {
  'use strict';
  const call = globalThis.__call;
  const surfaces = globalThis.__surfaces;
  delete globalThis.__call;
  delete globalThis.__surfaces;

  const state = { index: 0, zone: call(0), step: '', run: 0 };
  const lib = (globalThis.__engine = { call, surfaces, state, Reflect, random: Math.random });

  globalThis.__host = {
    index: () => state.index,
    input: () => call(2),
    item: () => call(3, state.index),
    output: (step, output, run) => call(4, step, output, run),
    branch: step => call(5, step),
    paired: (i, step) => call(6, i, step),
    pairedIndex: (i, step) => call(7, i, step),
    step: (name, part) => call(8, name, part),
    variable: name => call(9, name),
    now: () => call(10),
    random: () => call(11),
    digest: (algorithm, text, encoding) => call(12, algorithm, text, encoding),
    transliterate: text => call(13, text),
    get zone() { return state.zone; },
    get stepName() { return state.step; },
    get runIndex() { return state.run; },
  };

  // The names that the scripts after this hide from expressions; Code has them.
  lib.before = {};
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (name !== '__host' && name !== '__engine') lib.before[name] = Object.getOwnPropertyDescriptor(globalThis, name);
  }
})();
