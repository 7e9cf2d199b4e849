// What the steps do with the libraries. Values come and go as JSON.
const { showdown, NodeHtmlMarkdown, load, convert } = globalThis.libraries;

globalThis.markdownToHtml = (markdown, options) => {
  const converter = new showdown.Converter();
  for (const [name, value] of Object.entries(JSON.parse(options))) converter.setOption(name, value);
  return converter.makeHtml(markdown);
};

globalThis.htmlToMarkdown = (html, text) => {
  const options = JSON.parse(text);
  const pair = (p, flags) => [new RegExp(p.pattern, flags), p.replacement];
  // n8n hands this pattern on as a text, which is looked for as it is.
  if (options.globalEscape) options.globalEscape = [options.globalEscape.pattern, options.globalEscape.replacement];
  if (options.lineStartEscape) options.lineStartEscape = pair(options.lineStartEscape, 'gm');
  if (options.textReplace) options.textReplace = options.textReplace.map((p) => pair(p, 'g'));
  return NodeHtmlMarkdown.translate(html, options);
};

// extract gives the parts of HTML that values name. version 0 is the older step.
globalThis.extract = (html, valuesText, optionsText, version) => {
  const $ = load(html);
  const options = JSON.parse(optionsText);
  const tidy = (text) => {
    if (Array.isArray(text) && options.trimValues) text = String(text); // the choices of a select
    if (typeof text !== 'string') return text;
    if (options.trimValues) text = text.trim();
    if (options.cleanUpText) text = text.replace(/^\s+|\s+$/g, '').replace(/(\r\n|\n|\r)/gm, '').replace(/\s+/g, ' ');
    return text;
  };
  const plain = (found, skip) => {
    if (version === 0) return found.text();
    if (version < 1.2) return found.text() || undefined;
    return convert(found.html() || '', { selectors: skip.map((selector) => ({ selector, format: 'skip' })) });
  };
  const read = (found, value) => {
    switch (value.returnValue || 'text') {
      case 'attribute': return found.attr(value.attribute);
      case 'html': return found.html() === null ? undefined : found.html();
      case 'value': return found.val();
    }
    const skip = (value.skipSelectors || '').split(',').map((s) => s.trim()).filter((s) => s !== '');
    return plain(found, skip);
  };
  const out = {};
  for (const value of JSON.parse(valuesText)) {
    const found = $(value.cssSelector);
    out[value.key] = value.returnArray
      ? found.toArray().map((element) => tidy(read($(element), value)))
      : tidy(read(found, value));
  }
  return JSON.stringify(out);
};
