package markup_test

import (
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes/markup"
	"github.com/jobsprint/jobsprint/nodes/nodetest"
)

// xml runs the step on one item and gives its JSON, or the error's message.
func xml(t *testing.T, params string, in item.Value) string {
	t.Helper()
	result, err := (nodetest.Step{Definition: markup.XML(), Params: params}).Run(t, nodetest.Inputs(item.Array([]item.Value{in}).JSON()))
	if err != nil {
		return "error: " + err.Error()
	}
	return result.Outputs[0][0].JSON.JSON()
}

func data(text string) item.Value { return item.NewObject(1).Set("data", item.String(text)).Value() }

func TestXMLIsRead(t *testing.T) {
	t.Parallel()
	for _, test := range [][3]string{
		{`<a>1</a>`, `{}`, `{"a":"1"}`}, {`<a/>`, `{}`, `{"a":""}`}, {`<a b="1">t</a>`, `{}`, `{"a":{"_":"t","b":"1"}}`}, {`<a b="1">t</a>`, `{"explicitArray":true}`, `{"a":{"_":"t","b":["1"]}}`},
		{`<a b="1"/>`, `{"mergeAttrs":false}`, `{"a":{"$":{"b":"1"}}}`}, {`<a b="1">t</a>`, `{"attrkey":"@","charkey":"#","mergeAttrs":false}`, `{"a":{"#":"t","@":{"b":"1"}}}`},
		{`<a b="1">t</a>`, `{"explicitRoot":false}`, `{"_":"t","b":"1"}`}, {`<a b="1">t</a>`, `{"ignoreAttrs":true}`, `{"a":"t"}`}, {`<a>1</a>`, `{"explicitRoot":false}`, `"1"`},
		{"<a>\n <b> x  y </b>\n</a>", `{}`, `{"a":{"b":" x  y "}}`}, {"<a><b> x  y </b></a>", `{"normalize":true}`, `{"a":{"b":"x y"}}`}, {"<a><b> x  y </b></a>", `{"trim":true}`, `{"a":{"b":"x  y"}}`},
		{`<A><Bc De="F">G</Bc></A>`, `{"normalizeTags":true}`, `{"a":{"bc":{"_":"G","De":"F"}}}`}, {`<a>t<b>1</b>u</a>`, `{}`, `{"a":{"_":"tu","b":"1"}}`},
		{`<a x="1"><x>2</x><x>3</x></a>`, `{}`, `{"a":{"x":["1","2","3"]}}`}, {`<a><b>1</b><b/></a>`, `{"explicitArray":true}`, `{"a":{"b":["1",""]}}`},
		{`<?xml version="1.0"?><!-- c --><!DOCTYPE a [<!ENTITY e "v">]><a><?p i?><![CDATA[ <x> & ]]></a>`, `{}`, `{"a":" <x> & "}`}, {`<a>&lt;&#65;&#x42;&nbsp;&copy;</a>`, `{}`, `{"a":"<AB` + "\u00a0" + `©"}`},
		{`<ns:a xmlns:ns="u"><ns:b>1</ns:b></ns:a>`, `{}`, `{"ns:a":{"xmlns:ns":"u","ns:b":"1"}}`}, {`<a x='&amp;' x="2"/>`, `{}`, `{"a":{"x":"&"}}`}, {`<a>1</a><b>`, `{}`, `{"a":"1"}`},
		{`<a><__proto__>x</__proto__></a>`, `{}`, `{"a":{"sanitized___proto__":"x"}}`}, {`<a toString="1"/>`, `{}`, `{"a":{"toString":[null,"1"]}}`}, {"\ufeff< a >x</a >", `{}`, `{"a":"x"}`},
	} {
		if got := xml(t, `{"options":`+test[1]+`}`, data(test[0])); got != test[2] {
			t.Errorf("%s with %s: %s, want %s", test[0], test[1], got, test[2])
		}
	}
}

func TestWhatIsWrongInXMLHasAPlace(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"abc": "Non-whitespace before first tag. 0 1 a", "<a>": "Unclosed root tag 0 3 ", "<a></b>": "Unexpected close tag 0 7 >", "<a b=1>": "Unquoted attribute value 0 6 1", "<a>&foo;</a>": "Invalid character entity 0 8 ;",
		"<a\n1b='2'/>": "Invalid attribute name 1 1 1", "<a x>": "Attribute without value 0 5 >", "<a>a & b</a>": "Invalid character in entity name 0 7  ", "</a>": "Unmatched closing tag: a 0 4 >", "<a><</a>": "Unencoded < 0 5 <",
		"<a b='1'c='2'>": "No whitespace between attributes 0 9 c", "<a/x>": "Forward-slash in opening tag not followed by > 0 4 x", "<a$>": "Invalid character in tag name 0 3 $", "<a></a x>": "Invalid characters in closing tag 0 8 x",
		"<a></1>": "Invalid tagname in closing tag. 0 6 1", "<a b$='1'>": "Invalid attribute name 0 5 $", "<a><!DOCTYPE b></a>": "Inappropriately located doctype declaration 0 12 E",
	} {
		got := strings.NewReplacer("\nLine: ", " ", "\nColumn: ", " ", "\nChar: ", " ").Replace(xml(t, `{}`, data(text)))
		if got != "error: "+want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
	for _, text := range []string{"<a><!-- ", "<a><![CDATA[x", "<!DOCTYPE", "<?pi", "<a b='", "<a>&am", "<a b", "</a", "<a"} {
		if got := xml(t, `{}`, data(text)); !strings.Contains(got, "Unexpected end") {
			t.Errorf("%s: %s", text, got)
		}
	}
	for in, want := range map[string]string{`{}`: `Item has no JSON property called "data"`, `{"data":null}`: "Cannot read properties of null (reading 'toString')", `{"data":" "}`: "Cannot read properties of null (reading '$error')"} {
		if got := xml(t, `{}`, item.MustParse(in)); got != "error: "+want {
			t.Errorf("%s: %s", in, got)
		}
	}
}

func TestXMLIsWritten(t *testing.T) {
	t.Parallel()
	for _, test := range [][3]string{
		{`{"a":1}`, `{}`, "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<a>1</a>"}, {`{"a":{"b":1,"c":[1,{"d":2}]}}`, `{"headless":true}`, "<a>\n  <b>1</b>\n  <c>1</c>\n  <c>\n    <d>2</d>\n  </c>\n</a>"},
		{`{"a":1,"b":null}`, `{"headless":true}`, "<root>\n  <a>1</a>\n  <b/>\n</root>"}, {`{"a":1}`, `{"headless":true,"rootName":"r"}`, "<r>\n  <a>1</a>\n</r>"},
		{`{"a":{"$":{"x":"q\"<>&","n":null},"_":"t"}}`, `{"headless":true}`, `<a x="q&quot;&lt;>&amp;">t</a>`}, {`{"a":{"_":"t","b":1}}`, `{"headless":true}`, "<a>\n  t\n  <b>1</b>\n</a>"},
		{`{"a":{"@":{"x":1},"#":"t"}}`, `{"headless":true,"attrkey":"@","charkey":"#"}`, `<a x="1">t</a>`}, {`{"a":"<&]]>"}`, `{"headless":true,"cdata":true}`, "<a><![CDATA[<&]]]]><![CDATA[>]]></a>"},
		{`{"a":"1 < 2 > 0 & \r"}`, `{"headless":true}`, "<a>1 &lt; 2 &gt; 0 &amp; &#xD;</a>"}, {`{"a":[[1],[2]]}`, `{"headless":true}`, "<a/>"}, {`{}`, `{"headless":true}`, "<root/>"},
		{`{"a":{"_":{"x":1}}}`, `{"headless":true}`, "<a>\n  <x>1</x>\n  [object Object]\n</a>"},
	} {
		want := item.NewObject(1).Set("data", item.String(test[2])).Value().JSON()
		if got := xml(t, `{"mode":"jsonToxml","options":`+test[1]+`}`, item.MustParse(test[0])); got != want {
			t.Errorf("%s with %s:\n got %s\nwant %s", test[0], test[1], got, want)
		}
	}
	for in, want := range map[string]string{
		`{"a b":1,"c":2}`: "Invalid character in name", `{"a":{"$":{"1":2}}}`: "Invalid character in name", `{"a":{"_":null}}`: "Missing element text. parent: <a>", `{"a":"x\u0001"}`: "Invalid character in string: x\x01 at index 1",
	} {
		if got := xml(t, `{"mode":"jsonToxml"}`, item.MustParse(in)); got != "error: "+want {
			t.Errorf("%s: %s", in, got)
		}
	}
}

func TestItemsThatFailAreLeftOut(t *testing.T) {
	t.Parallel()
	s := nodetest.Step{Definition: markup.XML(), Continue: true}
	result, err := s.Run(t, nodetest.Inputs(`[{"data":"<a>1</a>"},{"data":"<a>"},{"data":"<c/>"}]`))
	if err != nil || nodetest.Outputs(result.Outputs) != `[[{"a":"1"},{"c":""}]]` {
		t.Fatal(result, err)
	}
	if _, paired := result.Outputs[0][1].Paired.First(); paired {
		t.Error("an item is paired")
	}
}
