package item

import (
	"errors"
	"fmt"
	"math"
	"strconv"
)

// ErrNotItem is the reason of every [ItemError].
var ErrNotItem = errors.New("not an item")

// ItemError says where a value is not an item. errors.Is(err, [ErrNotItem]) holds.
type ItemError struct {
	Pointer string // JSON pointer from the value that was given
	Msg     string // what is wrong there
}

// Error is the place and the message.
func (e *ItemError) Error() string {
	if e.Pointer == "" {
		return "not an item: " + e.Msg
	}
	return "not an item: at " + e.Pointer + ": " + e.Msg
}

// Unwrap returns [ErrNotItem].
func (e *ItemError) Unwrap() error { return ErrNotItem }

func notItem(pointer, format string, args ...any) error {
	return &ItemError{Pointer: pointer, Msg: fmt.Sprintf(format, args...)}
}

// within puts key before the pointer of an ItemError.
func within(err error, key string) error {
	var e *ItemError
	if errors.As(err, &e) {
		return &ItemError{Pointer: "/" + pointerEscapes.Replace(ToWellFormed(key)) + e.Pointer, Msg: e.Msg}
	}
	return err
}

// AppendItem appends it as {"json":…,"binary":…,"pairedItem":…}; the latter two only when there are any. An undefined
// json is written as {}. A member "exact" follows where json holds what JSON cannot: see exact.go.
func AppendItem(dst []byte, it Item) []byte {
	dst, lost := appendPlain(dst, it)
	if lost {
		dst = appendExact(dst, it.JSON)
	}
	return append(dst, '}')
}

// AppendPlainItem is [AppendItem] without "exact", as other programs know items.
func AppendPlainItem(dst []byte, it Item) []byte {
	dst, _ = appendPlain(dst, it)
	return append(dst, '}')
}

func appendPlain(dst []byte, it Item) (_ []byte, lost bool) {
	dst = append(dst, `{"json":`...)
	if it.JSON.IsUndefined() {
		dst = append(dst, "{}"...)
	} else {
		dst = it.JSON.appendJSON(dst, &lost)
	}
	if it.Binary.Len() > 0 {
		dst = append(dst, `,"binary":`...)
		dst = it.Binary.appendJSON(dst)
	}
	if it.Paired.form != FormNone {
		dst = append(dst, `,"pairedItem":`...)
		dst = it.Paired.AppendJSON(dst)
	}
	return dst, lost
}

// AppendItems appends a JSON array of items.
func AppendItems(dst []byte, its []Item) []byte {
	dst = append(dst, '[')
	for i := range its {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = AppendItem(dst, its[i])
	}
	return append(dst, ']')
}

// MarshalJSON makes Item a [encoding/json.Marshaler]. It never fails.
func (it Item) MarshalJSON() ([]byte, error) { return AppendItem(nil, it), nil }

// UnmarshalJSON makes Item a [encoding/json.Unmarshaler] within [DefaultLimits].
func (it *Item) UnmarshalJSON(data []byte) error {
	v, err := Parse(data, Limits{})
	if err != nil {
		return err
	}
	parsed, err := ItemFromValue(v)
	if err != nil {
		return err
	}
	*it = parsed
	return nil
}

// ParseItems reads a JSON array of items within [DefaultLimits]. Errors are *[SyntaxError] or *[ItemError].
func ParseItems(data []byte) ([]Item, error) {
	v, err := Parse(data, Limits{})
	if err != nil {
		return nil, err
	}
	return ItemsFromValue(v)
}

// ItemsFromValue reads an array of items. Errors are *[ItemError].
func ItemsFromValue(v Value) ([]Item, error) {
	elems, ok := v.Elems()
	if !ok {
		return nil, notItem("", "expected an array of items, got %s", v.Kind())
	}
	items := make([]Item, len(elems))
	for i, e := range elems {
		it, err := ItemFromValue(e)
		if err != nil {
			return nil, within(err, strconv.Itoa(i))
		}
		items[i] = it
	}
	return items, nil
}

// ItemFromValue reads an object {json, binary, pairedItem}: json must be an object, the others may be missing or null.
// "exact" restores what JSON cannot hold; other members are ignored, as n8n does. Errors are *[ItemError].
func ItemFromValue(v Value) (Item, error) {
	if v.Kind() != KindObject {
		return Item{}, notItem("", "expected an object with a json member, got %s", v.Kind())
	}
	it := Item{JSON: v.Get("json")}
	if k := it.JSON.Kind(); k != KindObject && k != KindRedacted {
		return Item{}, notItem("/json", "expected an object, got %s", k)
	}
	if exact := v.Get("exact"); !exact.IsUndefined() {
		it.JSON = exactly(it.JSON, exact)
	}
	var err error
	if it.Binary, err = BinariesFromValue(v.Get("binary")); err != nil {
		return Item{}, within(err, "binary")
	}
	if it.Paired, err = PairedFromValue(v.Get("pairedItem")); err != nil {
		return Item{}, within(err, "pairedItem")
	}
	return it, nil
}

// AppendJSON appends p as n8n writes it: {"item":0}, {"item":0,"input":1} (input only when it is not 0), an array of
// these, or null when it names none.
func (p Paired) AppendJSON(dst []byte) []byte {
	switch p.form {
	case FormOne:
		return p.one.appendJSON(dst)
	case FormList:
		dst = append(dst, '[')
		for i, pair := range p.list {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = pair.appendJSON(dst)
		}
		return append(dst, ']')
	default:
		return append(dst, "null"...)
	}
}

func (p Pair) appendJSON(dst []byte) []byte {
	dst = append(dst, `{"item":`...)
	dst = strconv.AppendInt(dst, int64(p.Item), 10)
	if p.Input != 0 {
		dst = append(dst, `,"input":`...)
		dst = strconv.AppendInt(dst, int64(p.Input), 10)
	}
	if p.From != nil {
		dst = appendTextField(append(dst, `,"sourceOverwrite":{`...), "previousNode", p.From.Step)
		dst = strconv.AppendInt(append(dst, `,"previousNodeOutput":`...), int64(p.From.Output), 10)
		dst = strconv.AppendInt(append(dst, `,"previousNodeRun":`...), int64(p.From.Run), 10)
		dst = append(dst, '}')
	}
	return append(dst, '}')
}

// PairedFromValue reads what [Paired.AppendJSON] writes, and a bare number, alone or in the list, as n8n does.
// Undefined and null name no ancestor. Errors are *[ItemError].
func PairedFromValue(v Value) (Paired, error) {
	if v.IsNullish() {
		return NoPair(), nil
	}
	elems, isList := v.Elems()
	if !isList {
		pair, err := pairFromValue(v)
		return Paired{form: FormOne, one: pair}, err
	}
	list := make([]Pair, len(elems))
	for i, e := range elems {
		pair, err := pairFromValue(e)
		if err != nil {
			return Paired{}, within(err, strconv.Itoa(i))
		}
		list[i] = pair
	}
	return Pairs(list), nil
}

func pairFromValue(v Value) (pair Pair, err error) {
	if v.Kind() == KindNumber {
		pair.Item, err = count(v)
		return pair, err
	}
	if v.Kind() != KindObject {
		return pair, notItem("", "expected {item, input} or a number, got %s", v.Kind())
	}
	if pair.Item, err = count(v.Get("item")); err != nil {
		return pair, within(err, "item")
	}
	if input := v.Get("input"); !input.IsNullish() {
		if pair.Input, err = count(input); err != nil {
			return pair, within(err, "input")
		}
	}
	pair.From, err = originFromValue(v.Get("sourceOverwrite"))
	return pair, within(err, "sourceOverwrite")
}

// originFromValue reads {previousNode, previousNodeOutput, previousNodeRun}; the numbers may be missing.
func originFromValue(v Value) (*Origin, error) {
	if v.Kind() != KindObject {
		return nil, nil
	}
	o := &Origin{Step: v.Get("previousNode").ToString()}
	for _, f := range []struct {
		name string
		into *int
	}{{"previousNodeOutput", &o.Output}, {"previousNodeRun", &o.Run}} {
		if n := v.Get(f.name); !n.IsNullish() {
			var err error
			if *f.into, err = count(n); err != nil {
				return nil, within(err, f.name)
			}
		}
	}
	return o, nil
}

// count reads a whole number from 0 to 2^31-1, which an int holds on every platform.
func count(v Value) (int, error) {
	f, ok := v.Number()
	if !ok {
		return 0, notItem("", "expected a number, got %s", v.Kind())
	}
	if !(f >= 0 && f <= math.MaxInt32) || f != math.Trunc(f) {
		return 0, notItem("", "expected a whole number from 0, got %s", FormatNumber(f))
	}
	return int(f), nil
}
