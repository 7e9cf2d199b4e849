// Functions that stand alone, and the names of the global object.
(lib => {
  'use strict';
  const { host, ExpressionError, failure } = lib;
  const { DateTime, Duration, Interval } = lib.luxon;

  const $ifEmpty = (...args) => {
    if (args.length !== 2) throw failure('expected two arguments (value, defaultValue) for this function');
    const [value, otherwise] = args;
    if (value === undefined || value === null || value === '') return otherwise;
    return typeof value === 'object' && Object.keys(value).length === 0 ? otherwise : value;
  };

  const average = (...args) => lib.call(args, 'average', []);

  const numberList = (first, last) => {
    const [start, end] = [Number(first), Number(last)];
    const list = new Array(Math.abs(end - start) + 1);
    for (let i = 0; i < list.length; i++) list[i] = start < end ? start + i : start - i;
    return list;
  };

  const zip = (keys, values) => {
    if (!Array.isArray(keys) || !Array.isArray(values)) throw failure('keys and values must be arrays');
    if (keys.length !== values.length) throw failure('keys and values not of equal length');
    return Object.fromEntries(keys.map((key, i) => [key, values[i]]));
  };

  const jmespath = (data, query) => {
    if (typeof data !== 'object' || typeof query !== 'string') {
      throw new ExpressionError('expected two arguments (Object, string) for this function');
    }
    return lib.jmespath.search(data, query);
  };

  const toolKey = /^[a-zA-Z0-9_-]{1,64}$/;
  const $fromAI = (key, description, type, otherwise) => {
    if (!key) throw new ExpressionError("Add a key, e.g. $fromAI('placeholder_name')");
    if (typeof key !== 'string') throw new TypeError('not a name');
    if (!toolKey.test(key)) {
      throw new ExpressionError('Invalid parameter key, must be between 1 and 64 characters long and only contain lowercase letters, uppercase letters, numbers, underscores, and hyphens');
    }
    return host.variable('$fromAI')?.[key] ?? otherwise;
  };

  const not = value => !value;

  Object.assign(globalThis, {
    $ifEmpty, $min: Math.min, $max: Math.max, $jmespath: jmespath, $jmesPath: jmespath,
    $not: not, not, $average: average, average, zip, numberList, $fromAI, $fromAi: $fromAI, $fromai: $fromAI,
    DateTime, Duration, Interval,
    extend: (value, name, args) => lib.call(value, name, args ?? []),
    extendOptional: (value, name, args) => (value === undefined || value === null ? undefined : lib.call(value, name, args ?? [])),
  });

  // What n8n hides is an empty object or not there at all.
  const hidden = ['Promise', 'Proxy', 'Reflect', 'Function', 'eval', 'escape', 'unescape', 'WebAssembly', 'setTimeout',
    'setInterval', 'setImmediate', 'clearImmediate', 'queueMicrotask', 'fetch',
    'XMLHttpRequest', 'alert', 'prompt', 'confirm', 'document', 'module', 'require', 'Buffer', 'process', 'global', 'self', 'globalThis',
    '__dirname', '__filename', 'Generator', 'GeneratorFunction', 'AsyncFunction', 'AsyncGenerator', 'AsyncGeneratorFunction',
    'Atomics', 'constructor', 'uneval'];
  const absent = ['clearTimeout', 'clearInterval', 'Float16Array', 'URL', 'URLSearchParams', 'WeakRef', 'FinalizationRegistry', 'structuredClone', 'console', 'Temporal',
    'AggregateError', 'exports', 'navigator', 'location', 'window', 'btoa', 'atob', 'Iterator', 'TextEncoder', 'TextDecoder',
    'performance', 'crypto', 'DOMException', 'Event', 'EventTarget', 'Worker', 'std', 'os', 'bjson', 'print', 'scriptArgs',
    'SuppressedError', 'DisposableStack', 'AsyncDisposableStack', 'ShadowRealm'];

  lib.hide = () => {
    const real = globalThis;
    for (const name of absent) delete real[name];
    for (const name of hidden) {
      Object.defineProperty(real, name, { value: {}, writable: true, configurable: true, enumerable: false });
    }
  };
})(globalThis.__n8n);
