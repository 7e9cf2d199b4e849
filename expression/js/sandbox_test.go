package js

import (
	"errors"
	"testing"
	"time"

	"github.com/jobsprint/jobsprint/expression"
)

// bombs are programs that want too much. Each is the body of a function.
var bombs = []struct{ name, source string }{
	{"an endless loop", "for (;;) {}"},
	{"an endless loop that catches", "for (;;) { try { for (;;) {} } catch {} }"},
	{"an endless loop of the library", "return Array.prototype.indexOf.call({ length: 2 ** 52 }, 1)"},
	{"an endless search in a text", "return 'a'.repeat(4e6).includes('a'.repeat(2e6) + 'b')"},
	{"text that doubles", "let s = 'x'; for (;;) s += s"},
	{"a list that grows", "const a = []; for (;;) a.push('y'.repeat(1000) + a.length)"},
	{"a caught lack of memory", "const a = []; for (;;) { try { a.push(new Array(1e6).fill(1)) } catch { } }"},
	{"a very long text", "return 'x'.repeat(2 ** 29).padStart(2 ** 30 - 1).length"},
	{"a very long list", "return Array(1e9).fill(0).length"},
	{"bytes", "const a = []; for (;;) a.push(new Uint8Array(1e7))"},
	{"a regular expression", "return /^(a+)+$/.test('a'.repeat(40) + 'b')"},
	{"a huge result", "return 'x'.repeat(1e6).split('').map(c => 'y'.repeat(300))"},
}

// isLimit reports whether an error says that code took too much.
func isLimit(err error) bool {
	var e *expression.Error
	return errors.As(err, &e) && e.Code == expression.CodeLimit
}

func TestCodeThatWantsTooMuchEnds(t *testing.T) {
	t.Parallel()
	for _, bomb := range bombs {
		t.Run(bomb.name, func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			r, err := runCode(t, bomb.source, "all", `[{}]`, 2*time.Second)
			if !isLimit(err) && r.Failure == nil {
				t.Errorf("it ended with %v, %+v", err, r)
			}
			if took := time.Since(began); took > 60*time.Second {
				t.Errorf("it took %v", took)
			}
			if r, err := runCode(t, "return 1", "all", `[{}]`, 30*time.Second); err != nil || r.Value.JSON() != "1" {
				t.Errorf("afterwards: %v, %+v", err, r)
			}
		})
	}
}

func TestExpressionsThatWantTooMuchEnd(t *testing.T) {
	t.Parallel()
	for _, bomb := range bombs {
		t.Run(bomb.name, func(t *testing.T) {
			t.Parallel()
			o := eval(t, "={{ (() => { "+bomb.source+" })() }}", `{}`)
			if !isLimit(o.Err) && !o.Value.IsUndefined() {
				t.Errorf("it ended with %v, %s", o.Err, o.Value.Kind())
			}
			if o := eval(t, "={{ 1 + 1 }}", `{}`); o.Err != nil || o.Value.JSON() != "2" {
				t.Errorf("afterwards: %v", o)
			}
		})
	}
}

func TestRecursionEnds(t *testing.T) {
	t.Parallel()
	if o := eval(t, "={{ (function f() { return f() })() }}", `{}`); o.Err != nil || !o.Value.IsUndefined() {
		t.Errorf("got %v, %v", o.Value, o.Err)
	}
	r, err := runCode(t, "const f = () => f(); return f()", "all", `[{}]`, 30*time.Second)
	if err != nil || r.Failure == nil || r.Failure.Message != "Maximum call stack size exceeded [line 1]" {
		t.Errorf("got %+v, %v", r.Failure, err)
	}
}

// TestExpressionsLeaveNothingBehind tries what would change the next expression.
func TestExpressionsLeaveNothingBehind(t *testing.T) {
	t.Parallel()
	for _, source := range []string{
		"leftover = 5", "(() => { leftover = 5; return leftover })()", "Math.max = () => 7", "Object.keys.leftover = 1",
		"Object.assign(Array['is' + 'Array'], { leftover: 1 })", "JSON.parse = () => 7", "DateTime.now = () => 7", "[].map = 7",
		"Object.leftover = 1", "$jmespath.leftover = 1", "(() => { DateTime.leftover = 1 })()", "Object.freeze(leftover = [])",
	} {
		_ = eval(t, "={{ "+source+" }}", `{}`)
	}
	for _, check := range []string{
		"typeof leftover", "typeof Object.keys.leftover", "typeof Object.leftover", "typeof $jmespath.leftover", "typeof DateTime.leftover",
		"typeof Array.isArray.leftover",
	} {
		if o := eval(t, "={{ "+check+" }}", `{}`); o.Value.JSON() != `"undefined"` {
			t.Errorf("%s is %s, %v", check, o.Value.JSON(), o.Err)
		}
	}
	if o := eval(t, "={{ [Math.max(1, 2), JSON.parse('3'), DateTime.now().year] }}", `{}`); o.Value.JSON() != `[2,3,2023]` {
		t.Errorf("got %s, %v", o.Value.JSON(), o.Err)
	}
}

func TestCodeLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	for range 3 {
		r, err := runCode(t, "const had = typeof Array.prototype.evil + typeof globalThis.evil; Array.prototype.evil = 1; globalThis.evil = 2; return had", "all", `[{}]`, 30*time.Second)
		if err != nil || r.Value.JSON() != `"undefinedundefined"` {
			t.Fatalf("got %+v, %v", r, err)
		}
	}
}

// TestExpressionsCannotEscape tries ways to the constructor of functions and
// to prototypes.
func TestExpressionsCannotEscape(t *testing.T) {
	t.Parallel()
	for _, source := range []string{
		"[].constructor", "[]['constructor']", "[]['con' + 'structor']", "[][['constructor']]", "[][{ toString: () => 'constructor' }]",
		"(({ constructor: c }) => c)([])", "(({ ['con' + 'structor']: c }) => c)([])", "[].__proto__", "Object.getPrototypeOf([])",
		"Array.prototype.x = 1", "(() => { let c; ({ constructor: c } = []); return c })()", "$json?.constructor", "$json?.['constructor']",
		"Object.defineProperty([], 'x', {})", "import('fs')", "(() => { with ({}) {} })()", "(function () { return arguments })()",
	} {
		o := eval(t, "={{ "+source+" }}", `{}`)
		var e *expression.Error
		if !errors.As(o.Err, &e) || e.Code != expression.CodeDenied {
			t.Errorf("%s: got %s, %v", source, o.Value.Kind(), o.Err)
		}
	}
	for _, source := range []string{"new Function('return 1')()", "eval('1')", "fetch('http://x')", "require('fs')", "process.env.PATH", "globalThis.process"} {
		if o := eval(t, "={{ "+source+" }}", `{}`); o.Err != nil || !o.Value.IsUndefined() {
			t.Errorf("%s: got %s, %v", source, o.Value.Kind(), o.Err)
		}
	}
}
