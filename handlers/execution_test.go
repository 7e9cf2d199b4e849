package handlers

import (
	"testing"

	"github.com/jobsprint/jobsprint/item"
)

func TestBinaryDataIsPrintedAsN8nDoes(t *testing.T) {
	t.Parallel()
	b := item.Binary{
		MimeType: "text/csv", FileType: "text", FileExtension: "csv", FileName: "a.csv", Bytes: 1234,
		Ref: item.Ref{Owner: "run", Address: "there", Bytes: 1234},
	}
	it := item.Item{JSON: item.MustParse(`{"a":1}`), Binary: (*item.Binaries)(nil).With("data", b), Paired: item.PairOf(0)}
	want := `{"json":{"a":1},"binary":{"data":{"mimeType":"text/csv","fileType":"text","fileExtension":"csv","data":"jobsprint",` +
		`"fileName":"a.csv","id":"jobsprint:run/there","fileSize":"1.23 kB","bytes":1234}},"pairedItem":{"item":0}}`
	if got := itemValue(it).JSON(); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	it.Binary = nil
	if got := itemValue(it).JSON(); got != `{"json":{"a":1},"pairedItem":{"item":0}}` {
		t.Error(got)
	}
}
