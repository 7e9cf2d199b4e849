// Errors that n8n itself raises. They end an expression; every other error only
// makes it undefined.
(lib => {
  'use strict';

  class ExpressionError extends Error {
    constructor(message, { description = '', type = '', name = 'ExpressionError' } = {}) {
      super(message);
      // Error.prototype may be frozen, and then nothing can be assigned over it.
      Object.defineProperty(this, 'name', { value: name });
      this.description = description;
      this.type = type;
    }
  }

  // failure is the error of an extension function.
  const failure = (message, description) =>
    new ExpressionError(message, { description, name: 'ExpressionExtensionError' });

  const types = { Array: 0, Date: 1, Number: 2, Object: 3, String: 4, Boolean: 5 };

  // wrongType says for which types a function exists, in n8n's order of types.
  const wrongType = (name, owners) => {
    const quoted = Object.keys(types).filter(type => owners[type]).map(type => `"${type}"`);
    const last = quoted.pop();
    return failure(`${name}() is only callable on ` + (quoted.length ? `types ${quoted.join(', ')}, and ${last}` : `type ${last}`));
  };

  const noValue = (name, value) => failure(`${name} can't be used on ${value} value`,
    `To ignore this error, add a ? to the variable before this function, e.g. my_var?.${name}`);

  Object.assign(lib, {
    ExpressionError, failure, wrongType, noValue,
    isError: e => e instanceof ExpressionError,
    describeError: e => ({ message: e.message, description: e.description, type: e.type, name: e.name }),
  });
})(globalThis.__n8n);
