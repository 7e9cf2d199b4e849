// Extension functions of strings that convert, encode or look at a text.
(lib => {
  'use strict';
  const { failure } = lib;

  const algorithms = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'sha3'];
  const hash = (value, algorithm) => {
    const name = (algorithm ?? 'md5').toLowerCase();
    if (name === 'base64') return lib.encodeBase64(value);
    if (!algorithms.includes(name)) {
      throw failure(`Unknown algorithm ${algorithm}. Available algorithms are: ${algorithms.join()}, and Base64.`);
    }
    return lib.host.digest(name, value, 'hex');
  };

  const parseJson = value => {
    try {
      return JSON.parse(value);
    } catch {
      throw failure(value.includes("'") ? "Parsing failed. Check you're using double quotes" : 'Parsing failed');
    }
  };

  const quote = (value, mark = '"') => {
    // The mark goes into a pattern as it is, escaped by one backslash; a mark of
    // several characters is therefore a pattern, as in n8n.
    const escaped = value.replace(/\\/g, '\\\\').replace(new RegExp('\\' + mark, 'g'), `\\${mark}`);
    return `${mark}${escaped}${mark}`;
  };

  const toInt = (value, radix) => {
    const n = parseInt(withoutCurrency(value), radix);
    if (Number.isNaN(n)) throw failure('cannot convert to integer');
    return n;
  };

  const toFloat = value => {
    if (value.includes(',')) throw failure('cannot convert to float, expected . as decimal separator');
    const n = parseFloat(withoutCurrency(value));
    if (Number.isNaN(n)) throw failure('cannot convert to float');
    return n;
  };

  const toNumber = value => {
    const n = Number(withoutCurrency(value));
    if (Number.isNaN(n)) throw failure('cannot convert to number');
    return n;
  };

  const withoutCurrency = value => value.replace(/(?![\u00a4\u20bf])\p{Sc}/gu, '');

  const toDate = value => {
    const date = new Date(value);
    if (Number.isNaN(date.getTime())) throw failure('cannot convert to date');
    return date;
  };

  const falseTexts = ['', '0', 'false', 'no'];

  lib.extend('String', {
    base64Decode: lib.decodeBase64,
    base64Encode: lib.encodeBase64,
    hash,
    isNumeric: value => !value.includes(' ') && !Number.isNaN(Number(value)) && !Number.isNaN(parseFloat(value)),
    length: value => value.length,
    parseJson,
    quote,
    toBoolean: value => !falseTexts.includes(value.toLowerCase()),
    toDate,
    toDateTime: (value, format) => lib.fromText(value, format),
    toDecimalNumber: toFloat,
    toFloat,
    toInt,
    toJsonString: value => JSON.stringify(value),
    toNumber,
    toWholeNumber: toInt,
    urlDecode: (value, whole) => (whole ? decodeURI(value) : decodeURIComponent(value)),
    urlEncode: (value, whole) => (whole ? encodeURI(value) : encodeURIComponent(value)),
  });
})(globalThis.__n8n);
