package files

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/nodetest"
)

// folder is a folder with files, and a link and a folder beside it that lead out.
func folder(t *testing.T) string {
	t.Helper()
	base := t.TempDir()
	dir := filepath.Join(base, "files")
	for name, text := range map[string]string{
		"files/a.txt": "hello", "files/b.txt": "XY", "files/sub/c.txt": "deep", "files/c[1](2).txt": "brackets", "files/.hidden.txt": "h", "secret.txt": "secret",
	} {
		path := filepath.Join(base, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink(filepath.Join(base, "secret.txt"), filepath.Join(dir, "link.txt")); err != nil {
		t.Fatal(err)
	}
	return dir
}

func run(t *testing.T, d nodes.Definition, version float64, params string, items []item.Item, store *nodetest.Payloads) ([]item.Item, error) {
	t.Helper()
	step := nodetest.Step{Definition: d, Version: version, Params: params, Name: "Step", Payloads: store}
	result, err := step.Run(t, nodes.Inputs{items})
	if err != nil {
		return nil, err
	}
	return result.Outputs[0], nil
}

// selected reads files and lists their names and what they hold.
func selected(t *testing.T, dir, params string, version float64) string {
	t.Helper()
	store := nodetest.NewPayloads()
	items, err := run(t, ReadWriteFile(Options{Folder: dir}), version, params, nodetest.Items(`[{"z":1}]`), store)
	if err != nil {
		return err.Error()
	}
	var list []string
	for _, it := range items {
		name, _ := it.Binary.At(0)
		list = append(list, fmt.Sprintf("%s=%s", it.JSON.Get("fileName").ToString(), store.Content(t, it, name)))
	}
	return strings.Join(list, " ")
}

func TestFilesAreSelected(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	for _, c := range []struct {
		selector, options string
		version           float64
		want              string
	}{
		{"a.txt", `{}`, 1, "a.txt=hello"},
		{dir + "/a.txt", `{}`, 1.1, "a.txt=hello"},
		{"*.txt", `{}`, 1, "a.txt=hello b.txt=XY c[1](2).txt=brackets"},
		{"**/*.txt", `{}`, 1, "a.txt=hello b.txt=XY c[1](2).txt=brackets c.txt=deep"},
		{"{a,b}.txt", `{}`, 1, "a.txt=hello b.txt=XY"},
		{"c[1](2).txt", `{}`, 1.1, "c[1](2).txt=brackets"},
		{"[ab].txt", `{}`, 1, ""},
		{"[ab].txt", `{"literalBrackets":false}`, 1.1, "a.txt=hello b.txt=XY"},
		{"[ab].txt", `{}`, 1.1, "No file(s) found"},
		{"none.txt", `{}`, 1.1, "No file(s) found"},
		{"none.txt", `{}`, 1, ""},
		{"../secret.txt", `{}`, 1, "Access to the file is not allowed."},
		{"sub/../../secret.txt", `{}`, 1, "Access to the file is not allowed."},
		{filepath.Dir(dir) + "/secret.txt", `{}`, 1, "Access to the file is not allowed."},
		{"link.txt", `{}`, 1, ""},
		{"l*.txt", `{}`, 1, ""},
		{".hidden.txt", `{}`, 1, ".hidden.txt=h"},
	} {
		if got := selected(t, dir, fmt.Sprintf(`{"fileSelector":%q,"options":%s}`, c.selector, c.options), c.version); got != c.want {
			t.Errorf("%s version %v: %q, want %q", c.selector, c.version, got, c.want)
		}
	}
	if got := selected(t, "", `{"fileSelector":"a.txt"}`, 1); !strings.Contains(got, "files_folder") {
		t.Errorf("without a folder: %q", got)
	}
	if got := selected(t, filepath.Join(dir, "no"), `{"fileSelector":"a.txt"}`, 1); got != "" {
		t.Errorf("a folder that is not there: %q", got)
	}
}

func TestWhatIsReadIsDescribed(t *testing.T) {
	t.Parallel()
	store := nodetest.NewPayloads()
	dir := folder(t)
	items, err := run(t, ReadWriteFile(Options{Folder: dir}), 1.1, `{"fileSelector":"`+dir+`/a.txt"}`, nodetest.Items(`[{}]`), store)
	if err != nil || len(items) != 1 {
		t.Fatal(items, err)
	}
	want := `{"mimeType":"text/plain","fileType":"text","fileName":"a.txt","fileExtension":"txt","fileSize":"5 B"}`
	if got := items[0].JSON.JSON(); got != want {
		t.Errorf("got %s", got)
	}
	if b, _ := items[0].Binary.Get("data"); b.Directory != dir {
		t.Errorf("directory %q", b.Directory)
	}
	items, err = run(t, ReadWriteFile(Options{Folder: dir}), 1, `{"fileSelector":"a.txt","options":{"fileExtension":"zip","fileName":"nn","mimeType":"image/png","dataPropertyName":"q"}}`, nodetest.Items(`[{}]`), store)
	if err != nil || items[0].JSON.JSON() != `{"mimeType":"image/png","fileType":"text","fileName":"nn","fileExtension":"zip","fileSize":"5 B"}` {
		t.Error(items, err)
	}
}

func TestFilesAreWritten(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(folder(t), "new")
	store := nodetest.NewPayloads()
	in := nodetest.Items(`[{"k":1},{"k":2}]`)
	for i, text := range []string{"one", "two"} {
		in[i].Binary = in[i].Binary.With("data", store.Binary(t, item.Binary{}, []byte(text)))
	}
	write := func(params string) string {
		out, err := run(t, ReadWriteFile(Options{Folder: dir}), 1, params, in, store)
		if err != nil {
			return err.Error()
		}
		return nodetest.Outputs([][]item.Item{out})
	}
	if got := write(`{"operation":"write","fileName":"f.txt","options":{"append":true}}`); got != `[[{"k":1,"fileName":"f.txt"},{"k":2,"fileName":"f.txt"}]]` {
		t.Error(got)
	}
	if data, err := os.ReadFile(filepath.Join(dir, "f.txt")); string(data) != "onetwo" || err != nil {
		t.Errorf("%q %v", data, err)
	}
	write(`{"operation":"write","fileName":"f.txt"}`)
	if data, err := os.ReadFile(filepath.Join(dir, "f.txt")); string(data) != "two" || err != nil {
		t.Errorf("%q %v", data, err)
	}
	for params, want := range map[string]string{
		`{"operation":"write","fileName":"no/f.txt"}`:      "The file or directory does not exist",
		`{"operation":"write","fileName":"../f.txt"}`:      "Access to the file is not allowed.",
		`{"operation":"write","fileName":"/etc/f.txt"}`:    "Access to the file is not allowed.",
		`{"operation":"write","fileName":"."}`:             "The file path was expected but the given path is a directory",
		`{"operation":"write","dataPropertyName":"other"}`: "The item has no binary field 'other' [item 0]",
	} {
		if got := write(params); got != want {
			t.Errorf("%s: %q, want %q", params, got, want)
		}
	}
}

func TestALinkCannotBeWrittenThrough(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	store := nodetest.NewPayloads()
	in := nodetest.Items(`[{}]`)
	in[0].Binary = in[0].Binary.With("data", store.Binary(t, item.Binary{}, []byte("overwritten")))
	_, err := run(t, WriteBinaryFile(Options{Folder: dir}), 1, `{"fileName":"link.txt"}`, in, store)
	if err == nil || err.Error() != "Access to the file is not allowed." {
		t.Error(err)
	}
	if data, _ := os.ReadFile(filepath.Join(filepath.Dir(dir), "secret.txt")); string(data) != "secret" {
		t.Errorf("the file outside holds %q", data)
	}
}

func TestAppendingIsNotRepeated(t *testing.T) {
	t.Parallel()
	for params, want := range map[string]string{`{"operation":"write"}`: events.RepeatSafe, `{"operation":"write","options":{"append":true}}`: events.RepeatUnsafe} {
		node := nodetest.Step{Definition: ReadWriteFile(Options{}), Params: params}.MustCompile(t)
		if got := node.(nodes.Repeater).Repeat(); got != want {
			t.Errorf("%s: %s", params, got)
		}
	}
}

func TestTheOldStepsReadFiles(t *testing.T) {
	t.Parallel()
	dir := folder(t)
	store := nodetest.NewPayloads()
	in := nodetest.Items(`[{"z":1},{"z":2}]`)
	out, err := run(t, ReadBinaryFile(Options{Folder: dir}), 1, `{"filePath":"a.txt","dataPropertyName":"d"}`, in, store)
	if err != nil || len(out) != 2 || out[1].JSON.JSON() != `{"z":2}` || string(store.Content(t, out[1], "d")) != "hello" {
		t.Error(out, err)
	}
	if _, err = run(t, ReadBinaryFile(Options{Folder: dir}), 1, `{"filePath":"no"}`, in, store); err == nil || err.Error() != "ENOENT: no such file or directory, stat 'no'" {
		t.Error(err)
	}
	out, err = run(t, ReadBinaryFiles(Options{Folder: dir}), 1, `{"fileSelector":"[ab].txt"}`, in, store)
	if err != nil || len(out) != 2 || string(out[0].Paired.AppendJSON(nil)) != `[{"item":0},{"item":1}]` {
		t.Error(out, err)
	}
}
