// Package webtext holds the step types for HTML and Markdown. What they give is the
// work of four libraries whose output people know: showdown, node-html-markdown,
// cheerio and html-to-text. They are bundled (all MIT) and run in the engine of
// expressions, which gives them no file, no network and no clock, and bounds what a
// text can make them take; chance comes from the step run's seed.
//
// libraries.min.js is made with esbuild of showdown 2.1.0 (its uses of RegExp.$1
// written as matches), node-html-markdown 1.2.0, cheerio 1.1.0 and html-to-text
// 9.0.5; steps.js is ours.
package webtext
