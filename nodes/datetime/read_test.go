package datetime

import (
	"testing"

	"github.com/jobsprint/jobsprint/expression"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// A Luxon date comes as its ISO text; it keeps the zone of the workflow, where a
// text goes to the process's.
func TestDatesOfLuxonKeepTheirZone(t *testing.T) {
	t.Parallel()
	zone, ok := zoneByName("America/New_York")
	if !ok {
		t.Fatal("no zone")
	}
	call := &nodes.Call{Batch: expression.Batch{Env: expression.Env{Zone: zone}}}
	for _, test := range []struct {
		luxon bool
		want  string
	}{{true, "14 America/New_York"}, {false, "18 Etc/UTC"}} {
		at, err := dateParam{luxon: test.luxon}.read(call, item.String("2024-03-30T14:49:07.000-04:00"), "", 0)
		if got := luxonFormat(at, "HH z"); err != nil || got != test.want {
			t.Errorf("%v: %s %v", test.luxon, got, err)
		}
	}
}

func TestWhichExpressionsMakeALuxonDate(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"={{ $now }}": true, "={{ $today.minus({days: 1}) }}": true, "={{ DateTime.fromISO($json.a) }}": true, "={{ $json.d.toDateTime() }}": true,
		"={{ $now.toISO() }}": false, "={{ $now.toFormat('yyyy') }}": false, "={{ $json.d }}": false, "$now": false,
	} {
		c := &nodes.Compile{Params: item.NewObject(1).Set("date", item.String(text)).Value(), Engine: expression.NewCompiled()}
		if got := newDateParam(c, "date").luxon; got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}
