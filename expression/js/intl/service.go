package intl

import (
	"sync"

	"github.com/jobsprint/jobsprint/item"
)

// service is what an object of Intl asks.
type service interface {
	// resolved gives resolvedOptions.
	resolved() item.Value
	// invoke answers a method.
	invoke(method string, args []item.Value) (item.Value, error)
}

// maker makes a service for locales and options.
type maker func(locales []string, options item.Value) (service, error)

// made turns a constructor's typed result into a service.
func made[T service](f func([]string, item.Value) (T, error)) maker {
	return func(locales []string, options item.Value) (service, error) {
		s, err := f(locales, options)
		if err != nil {
			return nil, err
		}
		return s, nil
	}
}

func makerOf(name string) maker {
	switch name {
	case "NumberFormat":
		return made(newNumberFormat)
	case "DateTimeFormat":
		return made(newDateFormat)
	case "PluralRules":
		return made(newPluralRules)
	case "RelativeTimeFormat":
		return made(newRelativeFormat)
	case "ListFormat":
		return made(newListFormat)
	case "DisplayNames":
		return made(newDisplayNames)
	case "Collator":
		return made(newCollator)
	case "Segmenter":
		return made(newSegmenter)
	}
	return nil
}

// maxKept is how many formatters are kept; they are all dropped then.
const maxKept = 500

type serviceKey struct{ name, text string }

var (
	keptLock sync.RWMutex
	kept     = map[serviceKey]service{}
)

func get(name, text string) (service, error) {
	key := serviceKey{name, text}
	keptLock.RLock()
	s, ok := kept[key]
	keptLock.RUnlock()
	if ok {
		return s, nil
	}
	v, err := item.Parse([]byte(text), item.DefaultLimits())
	construct := makerOf(name)
	if err != nil || construct == nil {
		return nil, typeError("Intl.%s cannot be made", name)
	}
	if s, err = construct(textsOf(v.Index(0)), v.Index(1)); err != nil {
		return nil, err
	}
	keptLock.Lock()
	defer keptLock.Unlock()
	if len(kept) >= maxKept {
		clear(kept)
	}
	kept[key] = s
	return s, nil
}

func textsOf(list item.Value) []string {
	var texts []string
	elems, _ := list.Elems()
	for _, e := range elems {
		texts = append(texts, e.ToString())
	}
	return texts
}

// Resolve checks the locales and options of an object, which text has as a
// JSON array of both, and tells with full what it resolved them to.
func Resolve(name, text string, full bool) (item.Value, error) {
	s, err := get(name, text)
	if err != nil || !full {
		return item.Undefined, err
	}
	return s.resolved(), nil
}

// Invoke calls a method of the object that Resolve knows by the same text.
func Invoke(name, text, method string, args []item.Value) (item.Value, error) {
	s, err := get(name, text)
	if err != nil {
		return item.Undefined, err
	}
	return s.invoke(method, args)
}

// argument gives the text of an argument.
func argument(args []item.Value, i int) item.Value {
	if i < len(args) {
		return args[i]
	}
	return item.Undefined
}

// numeric reads a number or the text of an exact one.
func numeric(v item.Value) decimal {
	if s, ok := v.Str(); ok {
		return parseDecimal(s)
	}
	n, _ := v.Number()
	return decimalOf(n)
}

func (f *numberFormat) invoke(method string, args []item.Value) (item.Value, error) {
	start := numeric(argument(args, 0))
	switch method {
	case "format":
		return item.String(f.format(start).String()), nil
	case "formatToParts":
		var out parts
		for _, p := range f.format(start) {
			if p.kind == "currency" {
				out = out.addAll(marked(p.kind, p.text))
			} else {
				out = out.add(p.kind, p.text)
			}
		}
		return out.value("", ""), nil
	}
	end := numeric(argument(args, 1))
	if start.nan {
		return item.Undefined, rangeError("Invalid start : NaN")
	}
	if end.nan {
		return item.Undefined, rangeError("Invalid end : NaN")
	}
	out, sources := f.formatRange(start, end)
	if method == "formatRange" {
		return item.String(out.String()), nil
	}
	return sourced(out, sources), nil
}
