// What an expression sees of its run: the input, other steps, the workflow.
(lib => {
  'use strict';
  const { host, ExpressionError } = lib;
  const { DateTime } = lib.luxon;
  const { Proxy } = globalThis;

  // An expression works on copies of its own: what it changes is seen nowhere
  // else. The host gives fresh values; they are kept as long as nothing can have
  // changed them.
  let current;
  let input;
  let outputs = new Map();
  let names = new Map();

  // begin starts the expression for one item. keep says that this is the same
  // batch as before, and that the expression changes nothing that it reads.
  lib.begin = keep => {
    current = undefined;
    if (keep) return;
    lib.zoned();
    input = undefined;
    if (outputs.size > 0) outputs = new Map();
    if (names.size > 0) names = new Map();
  };

  const problem = (message, type, description) => new ExpressionError(message, { type, description });

  const noSuchStep = () => problem("Referenced node doesn't exist", '');

  // told turns what the host says into n8n's words.
  const told = (e, step, what = 'item') => {
    switch (e?.code) {
      case 'no-step': return noSuchStep();
      case 'not-run': return problem(`Node '${step}' hasn't been executed`, 'no_execution_data');
      case 'no-run': return problem(`Run ${e.run} of node "${step}" not found`, '');
      case 'no-output': return problem(`Node "${step}" has no branch with index ${e.output}.`, '');
      case 'many-pairs': return problem('Multiple matches found', 'paired_item_multiple_matches');
      case 'no-path': return problem('Invalid expression', 'paired_item_no_connection');
      case 'no-pair': {
        const at = e.step ?? step;
        return problem(`Paired item data for ${what} from node '${at}' is unavailable. Ensure '${at}' is providing the required output.`,
          'paired_item_no_info', `Missing pairedItem data (node '${at}' probably didn't supply it)`);
      }
      case 'no-item': return problem('Can’t get data for expression', 'paired_item_intermediate_nodes',
        `Some intermediate nodes between ‘<strong>${step}</strong>‘ and  ‘<strong>${host.stepName}</strong>‘ have not executed yet.`);
      default: return e;
    }
  };

  const noItem = (step, count, i) => problem(`"${step}" node has ${count} item(s) but you're trying to access item ${i}`, 'no_execution_data');

  const allInput = () => (input ??= host.input());

  const itemAt = i => {
    if (i === host.index()) return (current ??= host.item());
    const items = allInput();
    if (i < 0 || i >= items.length) throw noItem(host.stepName, items.length, i);
    return items[i];
  };

  // stepAt says how often a step has run; undefined where there is none. What
  // else is known of a step may be large, and is asked for when it is read.
  const stepAt = name => {
    if (names.has(name)) return names.get(name);
    const step = host.step(name, 'runs');
    names.set(name, step);
    return step;
  };

  const known = name => {
    const step = stepAt(name);
    if (!step) throw noSuchStep();
    return step;
  };

  const paramsOf = name => host.step(name, 'params')?.params;
  const contextOf = name => host.step(name, 'context')?.context ?? {};

  const output = (name, branch, run) => {
    const key = `${branch} ${run} ${name}`;
    let items = outputs.get(key);
    if (items) return items;
    try {
      items = host.output(name, branch, run);
    } catch (e) {
      if (e?.code === 'no-output') e.output ??= branch;
      if (e?.code === 'no-run') e.run ??= run;
      throw told(e, name);
    }
    outputs.set(key, items);
    return items;
  };

  const paired = (i, name, what) => {
    try {
      return host.paired(i, name);
    } catch (e) {
      if (e?.code === 'other-branch') return undefined;
      throw told(e, name, what);
    }
  };

  // counted demands of an argument that it is a number of an output, a run or an
  // item, or left out.
  const isCount = value => value === undefined || (Number.isInteger(value) && value >= 0);
  const counted = value => {
    if (isCount(value)) return value;
    throw new TypeError('not a number of an output, run or item');
  };

  // Step is what $('Name') gives. It has no properties to list.
  class Step {
    #name;
    #index;
    constructor(name, index) {
      this.#name = name;
      this.#index = index;
    }
    #items(branch, run) {
      return output(this.#name, counted(branch) ?? host.branch(this.#name), counted(run) ?? -1);
    }
    #paired(i, what) { return paired(counted(i), this.#name, what); }
    get isExecuted() { return known(this.#name).runs > 0; }
    get params() { return paramsOf(this.#name); }
    get context() { return contextOf(this.#name); }
    get item() { return paired(this.#index(), this.#name); }
    first(branch, run) { return this.#items(branch, run)?.[0]; }
    last(branch, run) { return this.#items(branch, run)?.at(-1); }
    all(branch, run) { return this.#items(branch, run); }
    itemMatching(i) {
      if (i === undefined) throw problem('Missing item index for .itemMatching()', '');
      return this.#paired(i, 'itemMatching');
    }
    pairedItem(i) { return this.#paired(i ?? this.#index(), 'pairedItem'); }
  }

  // before is the name of the step that the input came from.
  const before = () => host.variable('$prevNode')?.name;

  // Input is what $input gives.
  class Input {
    #index;
    constructor(index) { this.#index = index; }
    all() { return allInput(); }
    first() { return allInput()[0]; }
    last() { return allInput().at(-1); }
    get item() { return itemAt(this.#index()); }
    get params() { return paramsOf(before()); }
    get context() { return contextOf(before()); }
  }

  // oldStep is what $node['Name'] gives: the item of the same index.
  const oldStep = (name, index) => {
    known(name);
    const item = () => {
      const items = output(name, host.branch(name), -1);
      const i = index();
      if (i < items.length) return items[i];
      throw items.length === 0 ? told({ code: 'not-run' }, name) : noItem(name, items.length, i);
    };
    return {
      get binary() { return item()?.binary ?? {}; },
      get data() { return item()?.json; },
      get json() { return item()?.json; },
      get context() { return contextOf(name); },
      get parameter() { return paramsOf(name); },
      get runIndex() { return Math.max(0, known(name).runs - 1); },
    };
  };

  const bare = Object.freeze({});
  const proxies = new Set();
  const proxy = get => {
    const p = new Proxy(bare, { get: (_, name) => (typeof name === 'symbol' ? undefined : get(name)), has: () => true, set: () => true });
    proxies.add(p);
    return p;
  };
  lib.isProxy = value => proxies.has(value);

  // unknown is what $('…') gives for a name that no step has: it may be named, and nothing more.
  const unknown = proxy(() => { throw noSuchStep(); });

  const environment = proxy(() => {
    throw problem('access to env vars denied', '',
      'If you need access please contact the administrator to remove the environment variable ‘N8N_BLOCK_ENV_ACCESS_IN_NODE‘');
  });

  const items = (name, branch = 0, run = -1) => {
    if (name === undefined) return allInput();
    known(name);
    if (!isCount(branch) || !(run === -1 || isCount(run))) return undefined;
    return output(name, branch, run);
  };

  const view = index => {
    const nodes = proxy(name => oldStep(name, index));
    const inputOf = new Input(index);
    const item = () => itemAt(index());
    return {
      $: { value: name => (stepAt(String(name)) ? new Step(String(name), index) : unknown) },
      $node: { get: () => nodes },
      $input: { get: () => inputOf },
      $json: { get: () => item().json },
      $data: { get: () => item().json },
      $binary: { get: () => item().binary ?? {} },
      $thisItem: { get: item },
      $itemIndex: { get: index },
      $thisItemIndex: { get: index },
      $position: { get: index },
      $items: { value: items },
      $item: { value: i => scope(i) },
      $runIndex: { get: () => host.runIndex },
      $thisRunIndex: { get: () => host.runIndex },
      $now: { get: () => DateTime.now() },
      $today: { get: () => DateTime.now().startOf('day') },
      $parameter: { get: () => paramsOf(host.stepName) ?? {} },
      $rawParameter: { get: () => paramsOf(host.stepName) ?? {} },
      $self: { get: () => contextOf(host.stepName) },
      $env: { get: () => environment },
    };
  };

  const scope = i => {
    const index = Number(i);
    if (!isCount(index)) return {};
    itemAt(index);
    return define({}, view(() => index));
  };

  const variables = ['$workflow', '$execution', '$prevNode', '$nodeVersion', '$nodeId', '$webhookId', '$vars', '$secrets',
    '$response', '$request', '$pageCount', '$mode', '$executionId', '$resumeWebhookUrl', '$agentInfo', '$tool'];
  const missing = { $vars: () => ({}), $tool: () => ({}) };

  const define = (target, properties) => {
    for (const name of Object.keys(properties)) {
      const property = properties[name];
      Object.defineProperty(target, name, { configurable: true, enumerable: true, ...('value' in property ? { writable: true } : { set() {} }), ...property });
    }
    for (const name of variables) {
      Object.defineProperty(target, name, {
        configurable: true, enumerable: true, set() {},
        get: () => {
          const value = host.variable(name);
          if (name === '$execution' && value) return execution(value);
          return value === undefined ? missing[name]?.() : value;
        },
      });
    }
    return target;
  };

  const nothing = () => undefined;
  const execution = value => {
    value.customData = { get: nothing, set: nothing, getAll: () => ({}), setAll: nothing };
    return value;
  };

  define(globalThis, view(() => host.index()));
})(globalThis.__n8n);
