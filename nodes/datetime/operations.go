package datetime

import (
	"errors"
	"time"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// dateTime is the step of type version 2.
type dateTime struct {
	field nodes.Param[string]
	keep  nodes.Param[bool]
	value func(c *nodes.Call, i int) (item.Value, error)
}

func newDateTime(c *nodes.Compile) nodes.Node {
	operation := c.Choice("operation", "getCurrentDate", "addToDate", "subtractFromDate", "extractDate", "formatDate", "getTimeBetweenDates", "roundDate")
	field := map[string]string{"getCurrentDate": "currentDate", "addToDate": "newDate", "subtractFromDate": "newDate", "extractDate": "datePart",
		"formatDate": "formattedDate", "getTimeBetweenDates": "timeDifference", "roundDate": "roundedDate"}[operation]
	d := &dateTime{field: nodes.Text(c, "outputFieldName", field), keep: nodes.Flag(c, "options.includeInputFields", false)}
	switch operation {
	case "getCurrentDate":
		d.value = newCurrent(c)
	case "addToDate", "subtractFromDate":
		d.value = newShift(c, operation == "subtractFromDate")
	case "extractDate":
		d.value = newExtract(c)
	case "formatDate":
		d.value = newFormat(c)
	case "getTimeBetweenDates":
		d.value = newBetween(c)
	case "roundDate":
		d.value = newRound(c)
	}
	return perItem(d.apply)
}

func (d *dateTime) apply(c *nodes.Call, i int, in item.Item) (item.Value, bool, error) {
	field, err1 := d.field.At(c, i)
	keep, err2 := d.keep.At(c, i)
	v, err3 := d.value(c, i)
	if err := errors.Join(err1, err2, err3); err != nil {
		return item.Undefined, false, firstOf(err1, err2, err3)
	}
	out := item.NewObject(1)
	if o, ok := in.JSON.Obj(); ok && keep {
		out = item.FromObject(o)
	}
	if v.IsUndefined() {
		return out.Value(), true, nil
	}
	return out.Set(field, v).Value(), true, nil
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

type valueOf = func(c *nodes.Call, i int) (item.Value, error)

func newCurrent(c *nodes.Compile) valueOf {
	withTime := nodes.Flag(c, "includeTime", true)
	zone := nodes.Text(c, "options.timezone", "")
	return func(c *nodes.Call, i int) (item.Value, error) {
		full, err1 := withTime.At(c, i)
		name, err2 := zone.At(c, i)
		if err := firstOf(err1, err2); err != nil {
			return item.Undefined, err
		}
		in := c.Batch.Env.Zone
		if name != "" {
			found, ok := zoneByName(name)
			if !ok {
				return item.Undefined, nodes.Fail("datetime.zone", "The timezone "+name+" is not valid. Please check the timezone.", i)
			}
			in = found
		}
		t := c.Now().In(in)
		if !full {
			t = startOf(t, "days")
		}
		return item.String(isoText(t)), nil
	}
}

func newShift(c *nodes.Compile, subtract bool) valueOf {
	date := newDateParam(c, "magnitude")
	unit := nodes.Text(c, "timeUnit", "days")
	amount := nodes.Any(c, "duration", item.Int(0))
	return func(c *nodes.Call, i int) (item.Value, error) {
		name, err1 := unit.At(c, i)
		raw, err2 := amount.At(c, i)
		t, _, err3 := date.moment(c, i, "", c.Batch.Env.Zone)
		if err := firstOf(err1, err2, err3); err != nil {
			return item.Undefined, err
		}
		to, err := unitName(name)
		if err != nil {
			return item.Undefined, nodes.Fail("datetime.unit", err.Error(), i)
		}
		n := raw.ToNumber()
		if text, isText := raw.Str(); n != n && !raw.IsUndefined() || isText && text == "" || raw.Kind() == item.KindBool {
			return item.Undefined, nodes.Fail("datetime.amount", "Invalid unit value "+raw.ToString(), i)
		}
		if raw.IsNullish() {
			n = 0
		}
		if subtract {
			n = -n
		}
		return item.String(isoText(plusUnit(t, to, n))), nil
	}
}

func newExtract(c *nodes.Compile) valueOf {
	date, part := newDateParam(c, "date"), nodes.Text(c, "part", "month")
	return func(c *nodes.Call, i int) (item.Value, error) {
		name, err1 := part.At(c, i)
		t, _, err2 := date.moment(c, i, "", c.Batch.Env.Zone)
		if err := firstOf(err1, err2); err != nil {
			return item.Undefined, err
		}
		return partOf(t, name), nil
	}
}

func newFormat(c *nodes.Compile) valueOf {
	date, format := newDateParam(c, "date"), nodes.Text(c, "format", "MM/dd/yyyy")
	custom := nodes.Text(c, "customFormat", "")
	from := nodes.Text(c, "options.fromFormat", "")
	shift := nodes.From(c, "options.timezone", orElse(c.Raw("options.timezone"), item.False), func(v item.Value) (bool, error) { return v.Truthy(), nil })
	return func(c *nodes.Call, i int) (item.Value, error) {
		to, err1 := format.At(c, i)
		own, err2 := custom.At(c, i)
		fromFormat, err3 := from.At(c, i)
		workflow, err4 := shift.At(c, i)
		if err := firstOf(err1, err2, err3, err4); err != nil {
			return item.Undefined, err
		}
		var in *time.Location
		if workflow {
			in = c.Batch.Env.Zone
		}
		if raw, err := date.value.At(c, i); err != nil || raw.IsNullish() {
			return raw, err
		} else if n := raw.ToNumber(); n == n && n-n == 0 && !inRange(n) {
			return item.String("Invalid DateTime"), nil
		} else if raw.Kind() == item.KindObject && !workflow {
			return item.Undefined, nodes.Fail("datetime.invalid", "date.includes is not a function", i)
		}
		t, _, err := date.moment(c, i, fromFormat, in)
		if err != nil {
			return item.Undefined, err
		}
		if to == "custom" {
			to = own
		}
		return item.String(luxonFormat(t, to)), nil
	}
}

func inRange(n float64) bool {
	_, ok := fromNumber(n, process)
	return ok
}

func orElse(v, def item.Value) item.Value {
	if v.IsUndefined() {
		return def
	}
	return v
}

func newBetween(c *nodes.Compile) valueOf {
	start, end := newDateParam(c, "startDate"), newDateParam(c, "endDate")
	asked := nodes.Any(c, "units", item.Array([]item.Value{item.String("day")}))
	iso := nodes.Flag(c, "options.isoString", false)
	return func(c *nodes.Call, i int) (item.Value, error) {
		raw, err1 := asked.At(c, i)
		asISO, err2 := iso.At(c, i)
		a, _, err3 := start.moment(c, i, "", c.Batch.Env.Zone)
		b, _, err4 := end.moment(c, i, "", c.Batch.Env.Zone)
		if err := firstOf(err1, err2, err3, err4); err != nil {
			return item.Undefined, err
		}
		list, ok := raw.Elems()
		if !ok {
			list = []item.Value{raw}
		}
		var in []string
		for _, v := range list {
			unit, err := unitName(v.ToString())
			if err != nil {
				return item.Undefined, nodes.Fail("datetime.unit", err.Error(), i)
			}
			in = append(in, unit)
		}
		if len(in) == 0 {
			return item.Undefined, nodes.Fail("datetime.unit", "Invalid unit undefined", i)
		}
		if d := between(a, b, in); asISO {
			return item.String(d.iso()), nil
		} else {
			return d.object(), nil
		}
	}
}

func newRound(c *nodes.Compile) valueOf {
	date := newDateParam(c, "date")
	up := c.Choice("mode", "roundDown", "roundUp") == "roundUp"
	name := "toNearest"
	if up {
		name = "to"
	}
	unit := nodes.Text(c, name, "month")
	return func(c *nodes.Call, i int) (item.Value, error) {
		to, err1 := unit.At(c, i)
		t, _, err2 := date.moment(c, i, "", c.Batch.Env.Zone)
		if err := firstOf(err1, err2); err != nil {
			return item.Undefined, err
		}
		plural, err := unitName(to)
		if err != nil {
			return item.Undefined, nodes.Fail("datetime.unit", err.Error(), i)
		}
		if up {
			t = plusUnit(t, plural, 1)
		}
		return item.String(isoText(startOf(t, plural))), nil
	}
}
