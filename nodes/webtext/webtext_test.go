package webtext_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/nodetest"
	"github.com/jobsprint/jobsprint/nodes/webtext"
)

// run gives the items of a step, or the error's message.
func run(t *testing.T, d nodes.Definition, version float64, params, in string) string {
	t.Helper()
	result, err := (nodetest.Step{Definition: d, Version: version, Params: params}).Run(t, nodetest.Inputs(in))
	if err != nil {
		return "error: " + err.Error()
	}
	return nodetest.Outputs(result.Outputs)
}

func extract(values, options string) string {
	return `{"operation":"extractHtmlContent","extractionValues":{"values":[` + values + `]},"options":` + options + `}`
}

func TestPartsOfHTML(t *testing.T) {
	t.Parallel()
	const in = `[{"data":"<h1> A <b>b</b></h1><p class='x'>one</p><p>two</p><input value='v'>"}]`
	for _, test := range [][3]string{
		{`{"key":"k","cssSelector":"h1","returnValue":"html"}`, `{}`, `[[{"k":" A <b>b</b>"}]]`}, {`{"key":"k","cssSelector":"h1","returnValue":"html"}`, `{"trimValues":true}`, `[[{"k":"A <b>b</b>"}]]`},
		{`{"key":"k","cssSelector":"p"}`, `{}`, `[[{"k":"one"}]]`}, {`{"key":"k","cssSelector":"p","returnArray":true}`, `{}`, `[[{"k":["one","two"]}]]`},
		{`{"key":"k","cssSelector":"p","returnValue":"attribute","attribute":"class"}`, `{}`, `[[{"k":"x"}]]`}, {`{"key":"k","cssSelector":"p","returnValue":"attribute"}`, `{}`, `[[{"k":{"class":"x"}}]]`},
		{`{"key":"k","cssSelector":"input","returnValue":"value"}`, `{}`, `[[{"k":"v"}]]`}, {`{"key":"k","cssSelector":"body","skipSelectors":"p, b"}`, `{}`, `[[{"k":"A"}]]`},
		{`{"key":"k","cssSelector":"body"}`, `{"cleanUpText":true}`, `[[{"k":"A Bonetwo"}]]`}, {`{"key":"k","cssSelector":"i","returnValue":"html"}`, `{}`, `[[{}]]`},
	} {
		if got := run(t, webtext.HTML(), 1.2, extract(test[0], test[1]), in); got != test[2] {
			t.Errorf("%s %s: %s, want %s", test[0], test[1], got, test[2])
		}
	}
	one := extract(`{"key":"k","cssSelector":"p"}`, `{}`)
	for in, want := range map[string]string{
		`[{"data":5}]`: `error: Cannot create property 'prev' on number '5'`, `[{"data":[]}]`: `[[]]`,
		`[{}]`: `error: No property named "data" exists!`, `[{"data":null}]`: `error: cheerio.load() expects a string`, `[{"data":["<p>1</p>","<p>2</p>"]}]`: `[[{"k":"1"},{"k":"2"}]]`,
	} {
		if got := run(t, webtext.HTML(), 1.2, one, in); got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
	long := `[{"data":"<p>` + strings.Repeat("word ", 20) + `</p>"}]`
	if got, want := run(t, webtext.HTML(), 1.2, one, long), `[[{"k":"`+strings.Repeat("word ", 15)+`word\nword word word word"}]]`; got != want {
		t.Errorf("long lines: %s, want %s", got, want)
	}
	if got := run(t, webtext.HTML(), 1, `{"operation":"extractHtmlContent"}`, in); got != "error: extractionValues.values is not iterable" {
		t.Error(got)
	}
	older := `{"dataPropertyName":"a.b","extractionValues":{"values":[{"key":"k","cssSelector":"p"}]}}`
	if got := run(t, webtext.HTMLExtract(), 1, older, `[{"a":{"b":"<p> a</p><p>b </p>"}}]`); got != `[[{"k":"ab"}]]` && got != `[[{"k":"a b"}]]` {
		t.Error(got)
	}
}

// Up to version 1.1 the text of an element is its text as it is, and what is not
// there is left out.
func TestTextOfOlderVersions(t *testing.T) {
	t.Parallel()
	const in = `[{"data":"<p></p><q> <b>x</b>\n y</q><i k='1'></i><i></i>"}]`
	values := extract(`{"key":"p","cssSelector":"p"},{"key":"q","cssSelector":"q"},{"key":"i","cssSelector":"i","returnValue":"attribute","attribute":"k","returnArray":true}`, `{}`)
	for version, want := range map[float64]string{1: `[[{"q":" x\n y","i":["1",null]}]]`, 1.1: `[[{"q":" x\n y","i":["1",null]}]]`, 1.2: `[[{"p":"","q":"x y","i":["1",null]}]]`} {
		if got := run(t, webtext.HTML(), version, values, in); got != want {
			t.Errorf("version %v: %s, want %s", version, got, want)
		}
	}
}

func TestTables(t *testing.T) {
	t.Parallel()
	table := func(options string) string { return `{"operation":"convertToHtmlTable","options":` + options + `}` }
	const bare = `{"customStyling":true`
	for _, c := range [][3]string{
		{table(bare + `}`), `[{"a":true,"b":false},{"c":null,"a":{}}]`, "<table  ><thead  ><tr><th>a</th><th>b</th><th>c</th></tr></thead><tbody>" +
			`<tr  ><td  ><input type="checkbox" checked="checked"/></td><td  ><input type="checkbox" /></td><td  >undefined</td></tr>` +
			`<tr  ><td  >[object Object]</td><td  >undefined</td><td  >null</td></tr></tbody></table>`},
		{table(bare + `,"caption":"C","headerAttributes":"h","rowAttributes":"=r{{ $itemIndex }}","cellAttributes":"=c{{ $itemIndex }}","tableAttributes":"=t{{ $itemIndex }}"}`), `[{"a":1},{"a":2}]`,
			"<table  t0><caption>C</caption><thead  h><tr><th>a</th></tr></thead><tbody><tr  r0><td  c0>1</td></tr><tr  r1><td  c1>2</td></tr></tbody></table>"},
		{table(bare + `,"capitalize":true}`), `[{"_first_name":1,"éa":2,"x-y":3}]`, "<table  ><thead  ><tr><th>First Name</th><th>Éa</th><th>X-y</th></tr></thead><tbody><tr  ><td  >1</td><td  >2</td><td  >3</td></tr></tbody></table>"},
	} {
		want := `[[` + item.NewObject(1).Set("table", item.String(c[2])).Value().JSON() + `]]`
		if got := run(t, webtext.HTML(), 1.2, c[0], c[1]); got != want {
			t.Errorf("%s: %s, want %s", c[0], got, want)
		}
	}
	if got := run(t, webtext.HTML(), 1.2, table(`{}`), `[{"a":1}]`); !strings.Contains(got, "<td style='margin:0;") {
		t.Error("a table has no styles: ", got)
	}
	result, err := (nodetest.Step{Definition: webtext.HTML(), Params: table(`{}`)}).Run(t, nodetest.Inputs(`[{"a":1},{"a":2}]`))
	if err != nil || string(result.Outputs[0][0].Paired.AppendJSON(nil)) != `[{"item":0},{"item":1}]` {
		t.Error("a table is made of all items", err)
	}
	for _, name := range []string{"caption", "rowAttributes"} {
		if got := run(t, webtext.HTML(), 1.2, table(`{"`+name+`":"={{ $json.a.sum() }}"}`), `[{"a":"x"}]`); !strings.HasPrefix(got, "error: sum()") {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestHTMLOfAFile(t *testing.T) {
	t.Parallel()
	store := nodetest.NewPayloads()
	b := store.Binary(t, item.Binary{MimeType: "text/html"}, []byte("<p>f</p>"))
	s := nodetest.Step{Definition: webtext.HTML(), Payloads: store, Params: `{"operation":"extractHtmlContent","sourceData":"binary","extractionValues":{"values":[{"key":"k","cssSelector":"p"}]}}`}
	in := nodes.Inputs{{{JSON: item.MustParse(`{}`), Binary: (*item.Binaries)(nil).With("data", b)}}}
	if result, err := s.Run(t, in); err != nil || nodetest.Outputs(result.Outputs) != `[[{"k":"f"}]]` {
		t.Error(result, err)
	}
	if _, err := s.Run(t, nodetest.Inputs(`[{}]`)); err == nil {
		t.Error("a file that is not there")
	}
}

func TestTemplates(t *testing.T) {
	t.Parallel()
	for html, want := range map[string]string{
		"<b>{{ $json.n }}</b>{{ $json.q }}": `[[{"html":"<b>W</b>undefined"}]]`, "={{ $json.n }}!": `[[{"html":"W!"}]]`, "a {{ $json.n": `[[{"html":"a {{ $json.n"}]]`, "": `[[{"html":""}]]`,
	} {
		if got := run(t, webtext.HTML(), 1.2, `{"html":`+item.String(html).JSON()+`}`, `[{"n":"W"}]`); got != want {
			t.Errorf("%s: %s, want %s", html, got, want)
		}
	}
}

func TestMarkdown(t *testing.T) {
	t.Parallel()
	for params, want := range map[string]string{
		`{"mode":"markdownToHtml","markdown":"~~a~~ b...","options":{"strikethrough":true},"destinationKey":"x.y"}`:                `[[{"x":{"y":"<p><del>a</del> b…</p>"}}]]`,
		`{"mode":"markdownToHtml","markdown":"<div>\n<b>x</b>\n</div>\n\n| a |\n|---|\n| 1 |","options":{"tables":true}}`:          `[[{"data":"<div>\n<b>x</b>\n</div>\n<table>\n<thead>\n<tr>\n<th>a</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n</tr>\n</tbody>\n</table>"}]]`,
		`{"html":"<ul><li>a</li><li><i>b</i></li></ul>","options":{"bulletMarker":"-","emDelimiter":"*"}}`:                         `[[{"data":"- a\n- *b*"}]]`,
		`{"html":"<p>a</p><u>b</u>","options":{"ignore":"u","textReplace":{"values":[{"pattern":"a","replacement":"c"}]}}}`:        `[[{"data":"c"}]]`,
		`{"html":"<p>*a*</p>","options":{"preferNativeParser":true,"globalEscape":{"value":{"pattern":"[*]","replacement":"+"}}}}`: `[[{"data":"*a*"}]]`,
		`{"mode":"markdownToHtml","markdown":"={{ $json.none }}"}`:                                                                 `[[{}]]`, `{"mode":"markdownToHtml","markdown":"={{ null }}"}`: `[[{"data":null}]]`,
		`{"mode":"markdownToHtml","markdown":"={{ 5 }}"}`: "error: text.replace is not a function",
	} {
		if got := run(t, webtext.Markdown(), 1, params, `[{}]`); got != want {
			t.Errorf("%s: %s, want %s", params, got, want)
		}
	}
}

func TestAStepThatIsEndedStops(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	in := nodetest.Inputs(`[{}]`)
	s := nodetest.Step{Definition: webtext.Markdown(), Params: `{"html":"<b>x</b>"}`}
	if _, err := s.MustCompile(t).Run(s.Call(ctx, in), in); err == nil {
		t.Error("it went on")
	}
}

// TestATextCannotHoldTheProcess gives the libraries texts over which they would sit
// for minutes.
func TestATextCannotHoldTheProcess(t *testing.T) {
	t.Parallel()
	for name, params := range map[string]string{
		"nested HTML": `{"html":"` + strings.Repeat("<div>", 8_000) + `"}`,
		"open tags":   `{"mode":"markdownToHtml","markdown":"` + strings.Repeat("<a ", 60_000) + `"}`,
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		in := nodetest.Inputs(`[{}]`)
		s := nodetest.Step{Definition: webtext.Markdown(), Params: params}
		if _, err := s.MustCompile(t).Run(s.Call(ctx, in), in); err == nil || ctx.Err() == nil {
			t.Errorf("%s: %v, %v", name, err, ctx.Err())
		}
		cancel()
	}
	if got := run(t, webtext.Markdown(), 1, `{"html":"<b>x</b>"}`, `[{}]`); got != `[[{"data":"**x**"}]]` {
		t.Errorf("afterwards: %s", got)
	}
}
