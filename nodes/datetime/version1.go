package datetime

import (
	"regexp"
	"time"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/jsdate"
)

// older is the step of type version 1.
type older struct {
	value, duration     nodes.Param[item.Value]
	field, from, format nodes.Param[string]
	zoneFrom, zoneTo    nodes.Param[string]
	unit                nodes.Param[string]
	subtract            bool
}

func newOld(c *nodes.Compile) nodes.Node {
	o := &older{
		value: nodes.Any(c, "value", item.String("")), field: nodes.Text(c, "dataPropertyName", "data"),
		from: nodes.Text(c, "options.fromFormat", ""),
	}
	if c.Choice("action", "format", "calculate") == "calculate" {
		o.unit, o.duration = nodes.Text(c, "timeUnit", "days"), nodes.Any(c, "duration", item.Int(0))
		o.subtract = c.FixedText("operation", "add") != "add"
		return perItem(o.calculate)
	}
	def := "MM/DD/YYYY"
	if c.FixedFlag("custom", false) {
		def = ""
	}
	o.format = nodes.Text(c, "toFormat", def)
	o.zoneFrom, o.zoneTo = nodes.Text(c, "options.fromTimezone", ""), nodes.Text(c, "options.toTimezone", "")
	return perItem(o.write)
}

// write formats the date. An item without one is left out.
func (o *older) write(c *nodes.Call, i int, in item.Item) (item.Value, bool, error) {
	v, err1 := o.value.At(c, i)
	field, err2 := o.field.At(c, i)
	format, err3 := o.format.At(c, i)
	from, err4 := o.from.At(c, i)
	zoneFrom, err5 := o.zoneFrom.At(c, i)
	zoneTo, err6 := o.zoneTo.At(c, i)
	if err := firstOf(err1, err2, err3, err4, err5, err6); err != nil {
		return item.Undefined, false, err
	}
	if v.IsUndefined() {
		return v, false, nil
	}
	zone := named(zoneFrom)
	var t time.Time
	var ok bool
	if ms, isDate := v.Date(); isDate && ms == ms {
		t, ok = fromNumber(ms, zone)
	} else if text, isText := v.Str(); from != "" && isText && !seconds.MatchString(text) {
		if t, ok = momentParse(text, from, zone, c.Now(), false); !ok {
			return with(in, field, "Invalid date"), true, nil
		}
	} else {
		t, ok = lenient(v, zone, c.Now())
	}
	if !ok {
		return item.Undefined, false, nodes.Fail("datetime.invalid", `The date input format could not be recognized. Please set the "From Format" field`, i)
	}
	if zoneTo != "" {
		t = t.In(named(zoneTo))
	} else {
		t = t.In(process)
	}
	return with(in, field, momentFormat(t, format, zoneTo != "")), true, nil
}

// seconds are texts that count as seconds or milliseconds since 1970, whatever
// format is given.
var seconds = regexp.MustCompile(`^\d{10}(\d{3})?$`)

// named is a zone by its name; one that is not known is UTC.
func named(name string) *time.Location {
	if zone, err := time.LoadLocation(name); err == nil && name != "" {
		return zone
	}
	return process
}

func with(in item.Item, field, text string) item.Value {
	o, _ := in.JSON.Obj()
	return item.FromObject(o).Set(field, item.String(text)).Value()
}

func (o *older) calculate(c *nodes.Call, i int, in item.Item) (item.Value, bool, error) {
	v, err1 := o.value.At(c, i)
	field, err2 := o.field.At(c, i)
	from, err3 := o.from.At(c, i)
	unit, err4 := o.unit.At(c, i)
	amount, err5 := o.duration.At(c, i)
	if err := firstOf(err1, err2, err3, err4, err5); err != nil {
		return item.Undefined, false, err
	}
	t, ok := javaScriptDate(v)
	if from != "" {
		if t, ok = momentParse(v.ToString(), from, process, c.Now(), true); !ok {
			return item.Undefined, false, nodes.Fail("datetime.invalid", `Date input cannot be parsed. Please recheck the value and the "From Format" field.`, i)
		}
	}
	if !ok {
		return item.Undefined, false, nodes.Fail("datetime.invalid", `Unrecognized date input. Please specify a format in the "From Format" field.`, i)
	}
	n := amount.ToNumber()
	if n != n {
		n = 0
	}
	if o.subtract {
		n = -n
	}
	return with(in, field, isoText(momentAdd(t, unit, n).In(time.UTC))), true, nil
}

// javaScriptDate is what new Date(v) is.
func javaScriptDate(v item.Value) (time.Time, bool) {
	switch v.Kind() {
	case item.KindNull, item.KindBool, item.KindNumber, item.KindDate:
		ms := v.ToNumber()
		if ms != ms || ms > maxMS || ms < -maxMS {
			return time.Time{}, false
		}
		return time.UnixMilli(int64(ms)).In(process), true
	case item.KindUndefined:
		return time.Time{}, false
	}
	return jsdate.Parse(v.ToString())
}
