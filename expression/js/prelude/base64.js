// Base64 of texts as UTF-8. Decoding forgives what is not in the alphabet, and
// bytes that are not UTF-8 become the characters of their number.
(lib => {
  'use strict';
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const digits = Object.fromEntries([...alphabet].map((c, i) => [c, i]));

  // bytes gives the UTF-8 of a text as a text of byte characters.
  const bytes = text => text.replace(/[\u0080-\uffff][\udc00-\udfff]?/g, match => {
    const c = match.charCodeAt(0);
    const low = match.length > 1 ? match.charCodeAt(1) : 0;
    if (low && c >= 0xd800 && c <= 0xdbff) {
      const point = match.codePointAt(0);
      return String.fromCharCode(0xf0 | point >> 18, 0x80 | point >> 12 & 0x3f, 0x80 | point >> 6 & 0x3f, 0x80 | point & 0x3f);
    }
    const one = c < 0x800 ? String.fromCharCode(0xc0 | c >> 6, 0x80 | c & 0x3f)
      : String.fromCharCode(0xe0 | c >> 12, 0x80 | c >> 6 & 0x3f, 0x80 | c & 0x3f);
    return low ? one + bytes(match.slice(1)) : one;
  });

  const sequences = /[\xc0-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf7][\x80-\xbf]{3}/g;
  const text = raw => raw.replace(sequences, match => {
    const [a, b, c, d] = [...match].map(x => x.charCodeAt(0));
    if (match.length === 2) return String.fromCharCode((a & 0x1f) << 6 | b & 0x3f);
    if (match.length === 3) return String.fromCharCode((a & 0x0f) << 12 | (b & 0x3f) << 6 | c & 0x3f);
    return String.fromCodePoint(Math.min(0x10ffff, (a & 7) << 18 | (b & 0x3f) << 12 | (c & 0x3f) << 6 | d & 0x3f));
  });

  lib.encodeBase64 = value => {
    const raw = bytes(value);
    const out = [];
    for (let i = 0; i < raw.length; i += 3) {
      const n = raw.charCodeAt(i) << 16 | (raw.charCodeAt(i + 1) || 0) << 8 | (raw.charCodeAt(i + 2) || 0);
      out.push(alphabet[n >> 18], alphabet[n >> 12 & 63], i + 1 < raw.length ? alphabet[n >> 6 & 63] : '=',
        i + 2 < raw.length ? alphabet[n & 63] : '=');
    }
    return out.join('');
  };

  lib.decodeBase64 = value => {
    const tidy = value.replace(/-/g, '+').replace(/_/g, '/').replace(/[^A-Za-z0-9+/]/g, '');
    if (tidy.length % 4 === 1) throw new TypeError('malformed base64');
    const out = [];
    for (let i = 0; i < tidy.length; i += 4) {
      const [a, b, c, d] = [0, 1, 2, 3].map(k => digits[tidy[i + k]] ?? 0);
      const n = a << 18 | b << 12 | c << 6 | d;
      out.push(String.fromCharCode(n >> 16, n >> 8 & 255, n & 255).slice(0, Math.min(3, tidy.length - i - 1)));
    }
    return text(out.join(''));
  };
})(globalThis.__n8n);
