// What scripts expect of a Node.js and QuickJS lacks: texts and bytes.
(() => {
  'use strict';
  const define = (name, value) => Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });

  const encode = text => {
    const bytes = [];
    for (const c of String(text).toWellFormed()) {
      const code = c.codePointAt(0);
      if (code < 0x80) bytes.push(code);
      else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
      else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
      else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    }
    return bytes;
  };

  // decode reads UTF-8; what is none becomes U+FFFD.
  const decode = bytes => {
    const parts = [];
    let text = '';
    for (let i = 0; i < bytes.length;) {
      const first = bytes[i++];
      let more = first < 0x80 ? 0 : first >= 0xc2 && first < 0xe0 ? 1 : first >= 0xe0 && first < 0xf0 ? 2 : first >= 0xf0 && first < 0xf5 ? 3 : -1;
      let code = more === 0 ? first : first & (0x3f >> more);
      if (more < 0) { text += '\ufffd'; continue; }
      const size = more;
      let ok = true;
      for (; more > 0; more--) {
        const next = bytes[i];
        if (next === undefined || (next & 0xc0) !== 0x80) { ok = false; break; }
        if (more === size && ((first === 0xe0 && next < 0xa0) || (first === 0xed && next > 0x9f) || (first === 0xf0 && next < 0x90) || (first === 0xf4 && next > 0x8f))) { ok = false; break; }
        code = (code << 6) | (next & 63);
        i++;
      }
      text += ok ? String.fromCodePoint(code) : '\ufffd';
      if (text.length > 4096) { parts.push(text); text = ''; }
    }
    return parts.join('') + text;
  };

  define('TextEncoder', class TextEncoder {
    get encoding() { return 'utf-8'; }
    encode(text = '') { return new Uint8Array(encode(text)); }
  });
  define('TextDecoder', class TextDecoder {
    get encoding() { return 'utf-8'; }
    decode(bytes = new Uint8Array()) {
      const text = decode(bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes);
      return text.startsWith('\ufeff') ? text.slice(1) : text;
    }
  });

  const signs = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  const values = new Map([...signs].map((c, i) => [c, i]));
  values.set('-', 62).set('_', 63);
  const toBase64 = bytes => {
    const parts = [];
    for (let i = 0; i < bytes.length; i += 3) {
      const n = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
      parts.push(signs[n >> 18] + signs[(n >> 12) & 63] + (i + 1 < bytes.length ? signs[(n >> 6) & 63] : '=') + (i + 2 < bytes.length ? signs[n & 63] : '='));
    }
    return parts.join('');
  };
  const fromBase64 = text => {
    const bytes = [];
    let bits = 0;
    let held = 0;
    for (const c of text) {
      const v = values.get(c);
      if (v === undefined) { if (c === '=') break; continue; }
      held = ((held << 6) | v) & 0xfffff;
      bits += 6;
      if (bits >= 8) { bits -= 8; bytes.push((held >> bits) & 255); }
    }
    return bytes;
  };
  const latin = text => Array.from(text, c => c.charCodeAt(0) & 255);
  const readers = {
    'utf8': encode, 'base64': fromBase64, 'base64url': fromBase64, 'latin1': latin, 'binary': latin, 'ascii': latin,
    'hex': text => (text.match(/[0-9a-f]{2}/gi) ?? []).map(pair => parseInt(pair, 16)),
    'utf16le': text => Array.from({ length: text.length * 2 }, (_, i) => (text.charCodeAt(i >> 1) >> (8 * (i & 1))) & 255),
  };
  const letters = mask => bytes => Array.from(bytes, b => String.fromCharCode(b & mask)).join('');
  const writers = {
    'utf8': decode, 'base64': toBase64, 'latin1': letters(255), 'binary': letters(255), 'ascii': letters(127),
    'base64url': bytes => toBase64(bytes).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, ''),
    'hex': bytes => Array.from(bytes, b => b.toString(16).padStart(2, '0')).join(''),
    'utf16le': bytes => Array.from({ length: bytes.length >> 1 }, (_, i) => String.fromCharCode(bytes[2 * i] | (bytes[2 * i + 1] << 8))).join(''),
  };
  const coding = (table, name = 'utf8') => {
    const known = table[{ 'utf-8': 'utf8', 'ucs2': 'utf16le', 'utf-16le': 'utf16le' }[String(name).toLowerCase()] ?? String(name).toLowerCase()];
    if (!known) throw new TypeError(`Unknown encoding: ${name}`);
    return known;
  };

  class Buffer extends Uint8Array {
    static from(value, encoding, length) {
      if (typeof value === 'string') return new Buffer(coding(readers, encoding)(value));
      if (value instanceof ArrayBuffer) return new Buffer(value, encoding, length);
      if (value && value.type === 'Buffer' && Array.isArray(value.data)) return new Buffer(value.data);
      if (typeof value !== 'object' || value === null) {
        throw new TypeError('The first argument must be of type string or an instance of Buffer, ArrayBuffer, or Array or an Array-like Object.');
      }
      return new Buffer(Array.from(value));
    }
    static alloc(size, fill = 0) { return new Buffer(size).fill(fill); }
    static allocUnsafe(size) { return new Buffer(size); }
    static isBuffer(value) { return value instanceof Buffer; }
    static byteLength(value, encoding) { return typeof value === 'string' ? coding(readers, encoding)(value).length : value.byteLength; }
    static concat(list, size = list.reduce((sum, part) => sum + part.length, 0)) {
      const all = Buffer.alloc(size);
      let at = 0;
      for (const part of list) {
        if (at >= size) break;
        all.set(part.subarray(0, size - at), at);
        at += part.length;
      }
      return all;
    }
    toString(encoding, start = 0, end = this.length) { return coding(writers, encoding)(this.subarray(start, end)); }
    toJSON() { return { type: 'Buffer', data: Array.from(this) }; }
    equals(other) { return this.length === other.length && this.every((b, i) => b === other[i]); }
    slice(start, end) { return this.subarray(start, end); }
    write(text, at = 0, size = this.length - at, encoding = 'utf8') {
      const bytes = coding(readers, encoding)(text).slice(0, Math.min(size, this.length - at));
      this.set(bytes, at);
      return bytes.length;
    }
  }
  Object.defineProperty(Buffer, 'poolSize', { value: 8192 });
  define('Buffer', Buffer);
  globalThis.atob ??= text => letters(255)(fromBase64(String(text)));
  globalThis.btoa ??= text => toBase64(latin(String(text)));

  // The zone of the process is always UTC; Node.js names it.
  for (const name of ['toString', 'toTimeString']) {
    const original = Date.prototype[name];
    Object.defineProperty(Date.prototype, name, { writable: true, configurable: true, value: { [name]() {
      const text = original.call(this);
      return text === 'Invalid Date' ? text : `${text} (Coordinated Universal Time)`;
    } }[name] });
  }
  if (!('Atomics' in globalThis)) define('Atomics', {});

  Object.defineProperty(Array, 'fromAsync', { writable: true, configurable: true, value: async (list, map, self) => {
    const all = [];
    if (list[Symbol.asyncIterator]) for await (const e of list) all.push(map ? await map.call(self, e, all.length) : e);
    else for (const e of Array.from(list)) all.push(map ? await map.call(self, await e, all.length) : await e);
    return all;
  } });
})();
