// What Code steps find beyond what expressions see, and how their functions are
// called. See code.go.
(global => {
  'use strict';
  const lib = global.__engine;
  const { call, state, before, Reflect } = lib;
  const { begin } = lib;

  // Code has what expressions are denied, but for the few that n8n lacks too.
  for (const name of Reflect.ownKeys(before)) {
    if (['structuredClone', 'performance', 'navigator'].includes(name)) continue;
    Object.defineProperty(global, name, before[name]);
  }
  for (const name of ['process', 'document', 'alert', 'prompt', 'confirm', 'fetch', 'XMLHttpRequest', 'exports', '__dirname', '__filename', 'uneval']) {
    delete global[name];
  }
  const define = (name, value) => Object.defineProperty(global, name, { value, writable: true, configurable: true });
  define('global', global);
  define('self', global);

  // Timers take no time: when nothing else is left to do, the clock moves on to
  // the next of them.
  let timers = [];
  let lastTimer = 0;
  const start = (repeat, fn, ms = 0, args = []) => {
    const delay = Math.max(1, Number(ms) || 0);
    timers.push({ id: ++lastTimer, at: call(20) + delay, every: repeat ? delay : 0, fn, args });
    return lastTimer;
  };
  const stop = id => { timers = timers.filter(timer => timer.id !== id); };
  define('setTimeout', (fn, ms, ...args) => start(false, fn, ms, args));
  define('setInterval', (fn, ms, ...args) => start(true, fn, ms, args));
  define('setImmediate', (fn, ...args) => start(false, fn, 0, args));
  define('clearTimeout', stop);
  define('clearInterval', stop);
  define('clearImmediate', stop);
  define('queueMicrotask', fn => { Promise.resolve().then(fn); });
  lib.pump = () => {
    if (timers.length === 0) return false;
    const next = timers.reduce((a, b) => (b.at < a.at ? b : a));
    if (next.every) next.at += next.every;
    else stop(next.id);
    call(21, next.every ? next.at - next.every : next.at);
    next.fn(...next.args);
    return true;
  };

  const show = value => {
    if (typeof value === 'string') return value;
    try {
      return JSON.stringify(value) ?? String(value);
    } catch {
      return String(value);
    }
  };
  const log = (...values) => { call(22, values.map(show).join(' ')); };
  define('console', { log, info: log, warn: log, error: log, debug: log, trace: log, dir: log, table: log });

  define('require', name => { throw new Error(`Module '${name}' is disallowed`); });
  define('module', {});

  // What changed of the static data is given back with the result.
  const kept = {};
  const staticData = kind => {
    if (kind !== 'global' && kind !== 'node') throw new Error(`The static data type "${kind}" is not known. Use "global" or "node".`);
    return (kept[kind] ??= call(23, kind) ?? {});
  };
  define('$getWorkflowStaticData', staticData);
  define('getWorkflowStaticData', staticData);
  define('$evaluateExpression', () => { throw new Error('$evaluateExpression is not supported here'); });

  const { Buffer } = global;
  const helpers = {
    getBinaryDataBuffer: async (index, name) => Buffer.from(call(24, index, name)),
    prepareBinaryData: async (data, name, type) => call(25, Buffer.from(data).toString('base64'), name ?? '', type ?? ''),
    returnJsonArray: list => (Array.isArray(list) ? list : [list]).map(json => (json && json.json ? json : { json })),
    normalizeItems: list => (Array.isArray(list) ? list : [list]).map(json => (json && json.json ? json : { json })),
  };

  // V8 words some errors in another way; n8n's users know that one.
  const reworded = [
    [/^'?([^']+)'? is not defined$/, '$1 is not defined'],
  ];
  const place = e => {
    const at = /code:(\d+)/.exec(e?.stack ?? '');
    return at ? Number(at[1]) - 1 : 0;
  };
  const source = { lines: [] };
  Math.random = lib.random;
  // called names what was called, as V8 does, from the text at the place.
  const called = e => {
    const at = /code:(\d+):(\d+)/.exec(e.stack ?? '');
    const line = at && source.lines[at[1] - 2];
    if (!line) return '';
    const all = [...line.matchAll(/(?:"[^"]*"|'[^']*'|[\w$]+|\([^()]*\)|\[[^\][]*\])(?:\s*\??\.\s*[\w$]+|\([^()]*\)(?=\.)|\[[^\][]*\])*(?=\()/g)];
    const from = Number(at[2]) - 1;
    const best = all.find(m => m.index <= from && from <= m.index + m[0].length) ?? all.find(m => m.index >= from);
    return best ? best[0].replace(/^'([^']*)'/, '"$1"').replace(/\([^()]*\)/g, '(...)') : '';
  };
  const describe = (e, item) => {
    if (typeof e !== 'object' || e === null) return { message: JSON.stringify(e) ?? String(e) };
    let message = String(e.message ?? (e instanceof Error ? 'Unknown error' : JSON.stringify(e)));
    if (message === 'not a function') message = `${called(e) || 'value'} is not a function`;
    for (const [from, to] of reworded) message = message.replace(from, to);
    const isError = e instanceof Error;
    const line = isError && !lib.isOwn(e) ? place(e) : 0;
    const told = { message, line };
    if (e.description) told.description = String(e.description);
    else if (isError && !lib.isOwn(e) && e.name !== 'Error') told.description = e.name;
    if (e.itemUse) message += ` [line ${line}, for item ${item}]`;
    else if (line > 0) message += ` [line ${line}]`;
    told.message = message;
    if (e.itemUse) told.item = item;
    return told;
  };

  const onlyForAll = name => () => {
    const e = new Error(`Can't use .${name}() here`);
    e.description = "This is only available in 'Run Once for All Items' mode";
    e.itemUse = true;
    throw e;
  };

  // The input as Code sees it: what it changes there, it gives back.
  let items = [];
  const prelude = Object.getOwnPropertyDescriptor(global, '$input');
  const input = {
    get params() { return prelude.get().params; },
    get context() { return prelude.get().context; },
    get item() { return items[state.index]; },
    all: () => items, first: () => items[0], last: () => items.at(-1),
  };
  const getter = (name, get) => Object.defineProperty(global, name, { configurable: true, get, set(value) { define(name, value); } });
  getter('$input', () => input);
  for (const name of ['$json', '$data']) getter(name, () => items[state.index]?.json);
  getter('$binary', () => items[state.index]?.binary ?? {});

  const that = { helpers, getWorkflowStaticData: staticData, $getWorkflowStaticData: staticData, getNodeParameter: name => input.params?.[name] };
  const each = async goOn => {
    begin(0, true, false);
    const results = [];
    for (let i = 0; i < items.length; i++) {
      begin(i, false, false);
      try {
        results.push({ value: await lib.one(i) });
      } catch (e) {
        const failure = describe(e, i);
        if (!goOn) return { failure };
        results.push({ failure });
      }
    }
    return { results };
  };
  const modes = {
    all: async fn => {
      begin(0, true, false);
      getter('items', () => items);
      return { value: await fn.call(that) };
    },
    each: (fn, goOn) => {
      for (const name of ['all', 'first', 'last', 'itemMatching']) input[name] = onlyForAll(name);
      getter('item', () => items[state.index]);
      lib.one = () => fn.call(that);
      return each(goOn);
    },
    item: (fn, goOn) => {
      const now = () => items[state.index];
      Object.assign(that, {
        getBinaryData: () => now().binary, setBinaryData: data => { now().binary = data; },
        getBinaryDataAsync: async () => now().binary, setBinaryDataAsync: async data => { now().binary = data; },
      });
      for (const name of Object.keys(that)) define(name, that[name]);
      getter('item', () => now().json);
      lib.one = async i => {
        that.item = items[i].json;
        const json = await fn.call(that);
        return { json, binary: items[i].binary, none: json === undefined };
      };
      return each(goOn);
    },
  };

  const run = async (mode, text, goOn, fn) => {
    source.lines = text.split('\n');
    items = call(2);
    items.forEach((it, i) => { it.pairedItem = { item: i }; });
    let result;
    try {
      result = await modes[mode](fn, goOn);
    } catch (e) {
      result = { failure: describe(e, state.index) };
    }
    return { ...result, none: 'value' in result && result.value === undefined, static: kept };
  };
  define('__run', run);
})(this);
