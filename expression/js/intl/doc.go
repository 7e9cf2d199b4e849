// Package intl owns the answers of ECMA-402 (Intl): it writes numbers, dates,
// relative times, lists and names as a language and region write them, and
// compares and cuts texts. The scripts of the engine have the objects; each
// asks here with the locales and options it was made of, as JSON, so that
// nothing of a formatter lives in an engine. What is made for one such text is
// kept.
//
// The data is that of the Unicode CLDR, in data/cldr.bin, made by the command
// in gen; only the locales that are asked for are unpacked. It may import item.
package intl
