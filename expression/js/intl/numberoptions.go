package intl

import (
	"slices"
	"strconv"
	"strings"

	"github.com/jobsprint/jobsprint/item"
)

// numberFormat is an Intl.NumberFormat: what it was asked for (ECMA-402 15.1)
// and what it found in the data.
type numberFormat struct {
	locale          locale
	numbering       string
	style           string
	currency        string
	currencyDisplay string
	currencySign    string
	unit            string
	unitDisplay     string
	notation        string
	compactDisplay  string
	signDisplay     string
	grouping        string // auto, always, min2 or false
	digits          digitOptions

	symbols symbols
	digit   []string
	pattern numberPattern
	compact []compactPattern
	plurals []pluralRule
}

// digitOptions say how many digits are written (ECMA-402 15.1.1).
type digitOptions struct {
	minInteger                int
	minFraction, maxFraction  int
	minSignificant, maxSignif int
	useFraction, useSignif    bool
	priority                  string // auto, morePrecision, lessPrecision
	rounding                  rounding
	trailingZeros             string
	compactRounding           bool
}

var roundingModes = []string{"ceil", "floor", "expand", "trunc", "halfCeil", "halfFloor", "halfExpand", "halfTrunc", "halfEven"}

var increments = []int{1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 2500, 5000}

// readDigits is SetNumberFormatDigitOptions.
func readDigits(o *options, minFraction, maxFraction int, compact bool) digitOptions {
	var d digitOptions
	d.minInteger = o.number("minimumIntegerDigits", 1, 21, 1)
	d.rounding.increment = o.number("roundingIncrement", 1, 5000, 1)
	if !slices.Contains(increments, d.rounding.increment) && o.err == nil {
		o.err = rangeError("roundingIncrement value is out of range.")
	}
	d.rounding.mode = o.text("roundingMode", "halfExpand", roundingModes...)
	d.priority = o.text("roundingPriority", "auto", "auto", "morePrecision", "lessPrecision")
	d.trailingZeros = o.text("trailingZeroDisplay", "auto", "auto", "stripIfInteger")
	hasSignificant := o.has("minimumSignificantDigits") || o.has("maximumSignificantDigits")
	hasFraction := o.has("minimumFractionDigits") || o.has("maximumFractionDigits")
	needSignificant, needFraction := true, true
	if d.priority == "auto" {
		needSignificant = hasSignificant
		needFraction = !needSignificant && (hasFraction || !compact)
	}
	if needSignificant {
		d.minSignificant, d.maxSignif = 1, 21
		if hasSignificant {
			d.minSignificant = o.number("minimumSignificantDigits", 1, 21, 1)
			d.maxSignif = o.number("maximumSignificantDigits", d.minSignificant, 21, 21)
		}
	}
	if needFraction {
		d.readFraction(o, hasFraction, minFraction, maxFraction)
	}
	d.useSignif, d.useFraction = needSignificant, needFraction
	if !needSignificant && !needFraction {
		d.minFraction, d.maxFraction, d.minSignificant, d.maxSignif = 0, 0, 1, 2
		d.useSignif, d.useFraction, d.compactRounding = true, true, true
		d.priority = "morePrecision"
	}
	if d.rounding.increment != 1 && o.err == nil {
		if d.useSignif {
			o.err = typeError("RoundingType is not fractionDigits")
		} else if d.maxFraction != d.minFraction {
			o.err = rangeError("maximumFractionDigits value is out of range.")
		}
	}
	return d
}

func (d *digitOptions) readFraction(o *options, has bool, minDefault, maxDefault int) {
	d.minFraction, d.maxFraction = minDefault, maxDefault
	if !has {
		return
	}
	least := o.number("minimumFractionDigits", 0, 100, -1)
	most := o.number("maximumFractionDigits", 0, 100, -1)
	switch {
	case least < 0:
		least = min(minDefault, most)
	case most < 0:
		most = max(maxDefault, least)
	case least > most && o.err == nil:
		o.err = rangeError("maximumFractionDigits value is out of range.")
	}
	d.minFraction, d.maxFraction = least, most
}

// currencyDigits is how many digits a currency has behind the point.
func currencyDigits(code string) int {
	if n, err := strconv.Atoi(shared("fraction/" + code + "/_digits")); err == nil {
		return n
	}
	return 2
}

func newNumberFormat(requested []string, values item.Value) (*numberFormat, error) {
	l, err := negotiate(requested, "nu")
	if err != nil {
		return nil, err
	}
	o := &options{service: "NumberFormat", values: values}
	f := &numberFormat{locale: l}
	o.text("localeMatcher", "best fit", "lookup", "best fit")
	f.numbering = o.numberingSystem(&f.locale)
	f.readUnit(o)
	f.notation = o.text("notation", "standard", "standard", "scientific", "engineering", "compact")
	least, most := 0, 3
	switch {
	case f.style == "currency" && f.notation == "standard":
		least = currencyDigits(f.currency)
		most = least
	case f.style == "percent":
		most = 0
	}
	f.digits = readDigits(o, least, most, f.notation == "compact")
	f.compactDisplay = o.text("compactDisplay", "short", "short", "long")
	f.grouping = readGrouping(o, f.notation == "compact")
	f.signDisplay = o.text("signDisplay", "auto", "auto", "never", "always", "exceptZero", "negative")
	if o.err != nil {
		return nil, o.err
	}
	if f.signDisplay == "never" {
		f.currencySign = "standard" // V8 has one choice for both
	}
	f.prepare()
	return f, nil
}

// readUnit is SetNumberFormatUnitOptions.
func (f *numberFormat) readUnit(o *options) {
	f.style = o.text("style", "decimal", "decimal", "percent", "currency", "unit")
	f.currency = o.text("currency", "")
	if o.has("currency") && (len(f.currency) != 3 || !isAlpha(strings.ToLower(f.currency))) && o.err == nil {
		o.err = rangeError("Invalid currency code : %s", f.currency)
	}
	if f.style == "currency" && f.currency == "" && o.err == nil {
		o.err = typeError("Currency code is required with currency style.")
	}
	f.currency = strings.ToUpper(f.currency)
	f.currencyDisplay = o.text("currencyDisplay", "symbol", "code", "symbol", "narrowSymbol", "name")
	f.currencySign = o.text("currencySign", "standard", "standard", "accounting")
	f.unit = o.text("unit", "")
	if o.has("unit") && !isUnit(f.unit) && o.err == nil {
		o.err = rangeError("Invalid unit argument for %s() '%s'", o.caller(), f.unit)
	}
	if f.style == "unit" && f.unit == "" && o.err == nil {
		o.err = typeError("Invalid unit argument for %s() ''", o.caller())
	}
	f.unitDisplay = o.text("unitDisplay", "short", "short", "narrow", "long")
}

// readGrouping is the option useGrouping, which may be a boolean.
func readGrouping(o *options, compact bool) string {
	usual := "auto"
	if compact {
		usual = "min2"
	}
	v := o.values.Get("useGrouping")
	if v.IsUndefined() {
		return usual
	}
	if b, ok := v.Bool(); ok {
		if b {
			return "always"
		}
		return "false"
	}
	switch text := v.ToString(); text {
	case "":
		return "false"
	case "true", "false":
		return usual
	case "null", "0":
		return "false"
	}
	return o.text("useGrouping", usual, "min2", "auto", "always", "true", "false")
}

// resolved gives resolvedOptions in its order (ECMA-402 15.3.5).
func (f *numberFormat) resolved() item.Value {
	r := newRecord()
	r.text("locale", f.locale.tag.String())
	r.text("numberingSystem", f.numbering)
	r.text("style", f.style)
	switch f.style {
	case "currency":
		r.text("currency", f.currency)
		r.text("currencyDisplay", f.currencyDisplay)
		r.text("currencySign", f.currencySign)
	case "unit":
		r.text("unit", f.unit)
		r.text("unitDisplay", f.unitDisplay)
	}
	f.digits.resolved(r)
	if f.grouping == "false" {
		r.Set("useGrouping", item.Bool(false))
	} else {
		r.text("useGrouping", f.grouping)
	}
	r.text("notation", f.notation)
	if f.notation == "compact" {
		r.text("compactDisplay", f.compactDisplay)
	}
	r.text("signDisplay", f.signDisplay)
	f.digits.resolvedRounding(r)
	return r.Value()
}

func (d *digitOptions) resolved(r record) {
	r.number("minimumIntegerDigits", d.minInteger)
	if d.useFraction {
		r.number("minimumFractionDigits", d.minFraction)
		r.number("maximumFractionDigits", d.maxFraction)
	}
	if d.useSignif {
		r.number("minimumSignificantDigits", d.minSignificant)
		r.number("maximumSignificantDigits", d.maxSignif)
	}
}

func (d *digitOptions) resolvedRounding(r record) {
	r.number("roundingIncrement", d.rounding.increment)
	r.text("roundingMode", d.rounding.mode)
	if d.trailingZeros == "auto" {
		r.text("roundingPriority", d.priority)
	} else {
		r.text("roundingPriority", "auto") // as V8 tells it
	}
	r.text("trailingZeroDisplay", d.trailingZeros)
}
