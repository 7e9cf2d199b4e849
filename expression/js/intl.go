package js

import (
	"errors"

	"github.com/jobsprint/jobsprint/expression/js/intl"
	"github.com/jobsprint/jobsprint/expression/js/vm"
	"github.com/jobsprint/jobsprint/item"
)

// Operations of Intl, as runtime/intl.js calls them.
const (
	opIntl       = 100 + iota // resolve options
	opIntlInvoke              // a method of what they make
	opIntlAsk                 // a function that belongs to no formatter
	opIntlPastAll
)

func intlCall(op int, args []item.Value) vm.Reply {
	text := func(i int) string {
		if i < len(args) {
			s, _ := args[i].Str()
			return s
		}
		return ""
	}
	var result item.Value
	var err error
	switch op {
	case opIntl:
		result, err = intl.Resolve(text(0), text(1), len(args) > 2)
	case opIntlInvoke:
		result, err = intl.Invoke(text(0), text(1), text(2), args[min(3, len(args)):])
	case opIntlAsk:
		result, err = intl.Ask(text(0), text(1), text(2))
	default:
		return problem(errNoBatch)
	}
	if e := (*intl.Error)(nil); errors.As(err, &e) {
		o := item.NewObject(2)
		o.Set("kind", item.String(e.Kind))
		return vm.Reply{Value: o.Set("message", item.String(e.Message)).Value(), Throw: true}
	}
	if err != nil {
		return problem(err)
	}
	return value(result)
}
