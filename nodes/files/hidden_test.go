package files

import (
	"testing"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes/nodetest"
)

// Options that a format does not offer change nothing, as n8n takes them out
// before a run.
func TestOptionsThatAFormatDoesNotOffer(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"html", "rtf"} {
		store := nodetest.NewPayloads()
		made, err := run(t, ConvertToFile(), 1.1, `{"operation":"`+format+`"}`, nodetest.Items(`[{"a":1},{"a":2}]`), store)
		if err != nil {
			t.Fatal(err)
		}
		read, err := run(t, ExtractFromFile(), 1, `{"operation":"`+format+`","options":{"sheetName":"none","range":"A1:A2"}}`, made, store)
		if err != nil || len(read) != 2 {
			t.Errorf("%s: %v %v", format, read, err)
		}
	}
	store := nodetest.NewPayloads()
	made, err := run(t, SpreadsheetFile(), 2, `{"operation":"toFile","fileFormat":"csv","options":{"delimiter":";"}}`, nodetest.Items(`[{"a":1,"b":2}]`), store)
	if err != nil {
		t.Fatal(err)
	}
	read, err := run(t, SpreadsheetFile(), 2, `{"fileFormat":"csv"}`, made, store)
	if err != nil || len(read) != 1 || !item.Equal(read[0].JSON, item.MustParse(`{"\ufeffa":"1","b":"2"}`)) {
		t.Errorf("%v %v", read, err)
	}
}
