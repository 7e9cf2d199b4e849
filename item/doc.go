// Package item is the data model of a run: immutable JavaScript-like values, the items that flow between steps, and
// the references that stand in for large payloads.
//
// # Values
//
// [Value] is a JSON value as JavaScript sees it, plus undefined and the mark of something that was erased
// ([Redacted]). Numbers are float64 and print as Number::toString prints them. Objects keep JavaScript's key order:
// integer-like keys ascending first, then the others in the order of insertion. Text is a Go string in WTF-8: valid
// UTF-8, except that a lone surrogate (legal in JavaScript, and in JSON as \ud800) stands as its three bytes
// ED A0..BF xx; a high surrogate directly followed by a low one never does, joining goes through [Concat].
//
// A value never changes after it was made. Sharing one between goroutines, branches and items is always safe;
// [Object.With], [SetPath] and [ObjectBuilder] make new values that share what did not change.
//
// # JSON
//
// [Parse] reads hostile input within [Limits] and points at the place of an error; [Value.AppendJSON] writes what
// JSON.stringify would write and allocates nothing but the destination.
//
// # Coercions
//
// [Value.ToString], [Value.ToNumber], [LooseEqual], [StrictEqual], [Less] and [Add] follow ECMAScript. Golden vectors
// made by a JavaScript engine (testdata/gen.mjs) hold them to it.
//
// # Items
//
// [Item] is n8n's {json, binary, pairedItem}. Binary data is never inline: [Binary] describes it and [Ref] names the
// payload that holds it.
//
// The package stands on the lowest floor: it imports the standard library only and compiles for js/wasm.
package item
