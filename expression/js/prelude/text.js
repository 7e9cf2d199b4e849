// Extension functions of strings that rewrite a text or find something in it.
(lib => {
  'use strict';

  const smallWords = new RegExp('\\b(?:an?d?|a[st]|because|but|by|en|for|i[fn]|neither|nor|o[fnr]|only|over|per|so|some|' +
    'tha[tn]|the|to|up|upon|vs?\\.?|versus|via|when|with|without|yet)\\b', 'i');
  const mixedCase = /.(?=[A-Z]|\..)/;

  // toTitleCase raises the first letter of each word that is not small, first
  // or last, and that has no capital of its own further on.
  const toTitleCase = value => value.replace(/[^\s:–—-]+|./g, (word, at) => {
    const end = at + word.length;
    const small = smallWords.test(word) && at !== 0 && end !== value.length;
    const scheme = value[end] === ':' && !/\s/.test(value[end + 1] ?? '');
    if (small || scheme || mixedCase.test(word)) return word;
    return word.replace(/[A-Za-z0-9\u00c0-\u00ff]/, c => c.toUpperCase());
  });

  const toSentenceCase = value => value.toLowerCase()
    .replace(/(^|[.!?])(\P{L}*)(\p{L})/gu, (_, end, between, letter) => end + between + letter.toUpperCase());

  const toSnakeCase = value => value.toLowerCase().replace(/[ -]/g, '_')
    .replace(/[!"#$%&'()*+,./:;<=>?@[\]^`{|}~\\\u2000-\u206f\u2e00-\u2e7f]/g, '');

  // The rules of a classic stripper of Markdown, in their order.
  const markdown = [
    [/^([\s\t]*)([*\-+]|\d\.)\s+/gm, '$1'], // list markers
    [/\n={2,}/g, '\n'], // underlines of titles
    [/~~/g, ''],
    [/`{3}.*\n/g, ''],
    [/<(.*?)>/g, ''], // tags
    [/^[=-]{2,}\s*$/g, ''],
    [/\[\^.+?\](: .*?$)?/g, ''], // footnotes
    [/\s{0,2}\[.*?\]: .*?$/g, ''],
    [/!\[.*?\][[(].*?[\])]/g, ''], // images
    [/\[(.*?)\][[(].*?[\])]/g, '$1'], // links
    [/>/g, ''], // quotations
    [/^\s{1,2}\[(.*?)\]: (\S+)( ".*?")?\s*$/g, ''],
    [/^#{1,6}\s*([^#]*)\s*(#{1,6})?/gm, '$1'], // titles
    [/([*_]{1,3})(\S.*?\S)\1/g, '$2'], // emphasis
    [/(`{3,})(.*?)\1/gm, '$2'],
    [/^-{3,}\s*$/g, ''],
    [/`(.+?)`/g, '$1'],
    [/\n{2,}/g, '\n\n'],
  ];
  const removeMarkdown = value => markdown.reduce((text, [rule, by]) => text.replace(rule, by), value);

  const name = '(?:localhost|\\d{1,3}(?:\\.\\d{1,3}){3}|[a-z0-9_-]+(?:\\.[a-z0-9_-]+)*\\.[a-z]{2,})';
  const domain = new RegExp(`^(?:(?:(?:https?|ftp):)?//)?(${name})(?:[:/?#]\\S*)?$`, 'i');
  const bareDomain = new RegExp(`^${name}(?:[/?#:]\\S*)?$`, 'i');
  const link = `(?:https?|ftp)://${name}`;
  const links = new RegExp(`${link}\\S*`, 'i');
  const wholeLink = new RegExp(`^${link}\\S*$`, 'i');
  const mail = '(?:[^<>()[\\]\\\\.,;:\\s@"]+(?:\\.[^<>()[\\]\\\\.,;:\\s@"]+)*|"[^"]+")' +
    '@(\\[\\d{1,3}(?:\\.\\d{1,3}){3}\\]|(?:[a-z0-9-]+\\.)+[a-z]{2,})';
  const mails = new RegExp(mail, 'i');

  // A text without spaces that has an address inside counts as one.
  const isEmail = value => !/\s/.test(value) && mails.test(value);
  const extractDomain = value => (isEmail(value) ? mails : domain).exec(value)?.[1];

  const extractUrlPath = value => /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]+(\/[^?#]*)?(?:[?#].*)?$/is.exec(value)?.slice(1).map(path => path ?? '/')[0];

  // Without a table of scripts, a letter loses its marks and the rest is "?".
  const bare = value => value.normalize('NFD').replace(/\p{M}/gu, '').replace(/[^\0-\x7f]/gu, '?');

  lib.extend('String', {
    extractDomain,
    extractEmail: value => mails.exec(value)?.[0],
    extractUrl: value => links.exec(value)?.[0],
    extractUrlPath,
    isDomain: value => bareDomain.test(value),
    isEmail,
    isUrl: value => wholeLink.test(value),
    removeMarkdown,
    removeTags: value => value.replace(/<[^>]*>?/g, ''),
    replaceSpecialChars: value => (lib.host.transliterate ?? bare)(value),
    toSentenceCase,
    toSnakeCase,
    toTitleCase,
  });
})(globalThis.__n8n);
