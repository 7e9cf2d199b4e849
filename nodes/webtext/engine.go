package webtext

import (
	"context"
	_ "embed"
	"encoding/base64"
	"errors"
	"math/rand/v2"
	"sync"

	"github.com/dop251/goja"

	"github.com/jobsprint/jobsprint/nodes"
)

//go:embed libraries.min.js
var librariesJS string

//go:embed steps.js
var stepsJS string

// programs are the scripts, compiled when the first step needs them.
var programs = sync.OnceValues(func() ([]*goja.Program, error) {
	var list []*goja.Program
	for _, script := range []struct{ name, text string }{{"libraries.js", librariesJS}, {"steps.js", stepsJS}} {
		p, err := goja.Compile(script.name, script.text, true)
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
})

// idle keeps engines that have read the scripts.
var idle sync.Pool

func newEngine() (*goja.Runtime, error) {
	list, err := programs()
	if err != nil {
		return nil, err
	}
	rt := goja.New()
	rt.SetMaxCallStackSize(2000)
	silent := func(goja.FunctionCall) goja.Value { return goja.Undefined() }
	console := rt.NewObject()
	for _, name := range []string{"log", "warn", "error"} {
		if err := console.Set(name, silent); err != nil {
			return nil, err
		}
	}
	if err := errors.Join(rt.Set("console", console), rt.Set("atob", atob)); err != nil {
		return nil, err
	}
	for _, p := range list {
		if _, err := rt.RunProgram(p); err != nil {
			return nil, err
		}
	}
	return rt, nil
}

// atob gives the bytes of base 64 as characters, as browsers do.
func atob(text string) string {
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return ""
	}
	out := make([]rune, len(data))
	for i, b := range data {
		out[i] = rune(b)
	}
	return string(out)
}

// run calls a function of the scripts with texts and numbers. It ends early where
// the step does.
func run(c *nodes.Call, name string, args ...any) (string, error) {
	rt, ok := idle.Get().(*goja.Runtime)
	if !ok {
		var err error
		if rt, err = newEngine(); err != nil {
			return "", err
		}
	}
	rt.SetRandSource(rand.New(rand.NewChaCha8(c.Batch.Env.Seed)).Float64) //nolint:gosec // the same in a replay
	stop := context.AfterFunc(c.Context, func() { rt.Interrupt(context.Cause(c.Context)) })
	v, err := call(rt, name, args)
	if !stop() {
		return "", errors.Join(err, c.Context.Err()) // the engine may still be told to stop: it is not used again
	}
	idle.Put(rt)
	if err != nil {
		return "", plainError(err)
	}
	return v.String(), nil
}

func call(rt *goja.Runtime, name string, args []any) (goja.Value, error) {
	f, ok := goja.AssertFunction(rt.Get(name))
	if !ok {
		return nil, errors.New(name + " is no function")
	}
	values := make([]goja.Value, len(args))
	for i, a := range args {
		values[i] = rt.ToValue(a)
	}
	return f(goja.Undefined(), values...)
}

// plainError is the message of what a script threw.
func plainError(err error) error {
	var thrown *goja.Exception
	if errors.As(err, &thrown) {
		if o, ok := thrown.Value().(*goja.Object); ok {
			return errors.New(o.Get("message").String())
		}
		return errors.New(thrown.Value().String())
	}
	return err
}
