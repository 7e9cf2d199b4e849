package js

import (
	"fmt"
	"strings"

	"github.com/jobsprint/jobsprint/expression/js/intl"
	"github.com/jobsprint/jobsprint/expression/js/vm"
	"github.com/jobsprint/jobsprint/item"
)

// opIntl is the first operation of Intl; they stand in the order of
// intl.Functions.
const opIntl = 100

// intlScript defines the functions that the script of Intl expects and calls it.
func intlScript() vm.Script {
	var b strings.Builder
	b.WriteString("{ const { call } = globalThis.__engine;\n")
	names := make([]string, len(intl.Functions))
	for i := range names {
		names[i] = fmt.Sprintf("'__intl%d'", i)
		fmt.Fprintf(&b, "globalThis[%s] = (...args) => call(%d, ...args);\n", names[i], opIntl+i)
	}
	fmt.Fprintf(&b, "(%s)([%s]); }\n", strings.TrimSuffix(strings.TrimSpace(own("intl.js").Source), ";"), strings.Join(names, ","))
	return vm.Script{Name: "intl.js", Source: b.String()}
}

func intlCall(op int, args []item.Value) vm.Reply {
	if op-opIntl >= len(intl.Functions) {
		return problem(errNoBatch)
	}
	plain := make([]any, len(args))
	for i, a := range args {
		plain[i] = plainValue(a)
	}
	result, err := intl.Functions[op-opIntl](plain)
	if err != nil {
		return problem(err)
	}
	text, _ := result.(string)
	return value(item.String(text))
}

func plainValue(v item.Value) any {
	switch v.Kind() {
	case item.KindString:
		s, _ := v.Str()
		return s
	case item.KindNumber:
		n, _ := v.Number()
		return n
	case item.KindBool:
		b, _ := v.Bool()
		return b
	}
	return nil
}
