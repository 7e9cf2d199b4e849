package js

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"sync"
	"time"

	"github.com/jobsprint/jobsprint/expression"
	"github.com/jobsprint/jobsprint/expression/js/prelude"
	"github.com/jobsprint/jobsprint/expression/js/vm"
	"github.com/jobsprint/jobsprint/item"
)

// Operations of the host, as runtime/first.js calls them.
const (
	opZone = iota
	opStart
	opInput
	opItem
	opOutput
	opBranch
	opPaired
	opPairedIndex
	opStep
	opVariable
	opNow
	opRandom
	opDigest
	opTransliterate
	opOffset
)

// idleHost serves an engine that is being made: no batch is there.
type idleHost struct{}

// Now is the start of 1970.
func (idleHost) Now() float64 { return 0 }

// Call answers what the scripts ask while they are evaluated.
func (idleHost) Call(op int, args []item.Value) vm.Reply {
	switch op {
	case opZone:
		return vm.Reply{Value: item.String("UTC")}
	case opNow, opRandom:
		return vm.Reply{Value: item.Int(0)}
	}
	if op >= opIntl && op < opIntlPastAll {
		return intlCall(op, args)
	}
	return problem(errNoBatch)
}

// host serves the batch in hand.
type host struct {
	batch *expression.Batch
	draws uint64
}

func (h *host) start(b *expression.Batch) { h.batch, h.draws = b, 0 }
func (h *host) end()                      { h.batch = nil }

// Now is the fixed time of the step run.
func (h *host) Now() float64 {
	if h.batch == nil {
		return 0
	}
	return nowOf(h.batch.Env)
}

func nowOf(e expression.Env) float64 { return float64(e.Now.UnixMilli()) }

func zoneOf(e expression.Env) item.Value {
	if e.Zone == nil {
		return item.String(time.UTC.String())
	}
	return item.String(e.Zone.String())
}

// Call answers what an expression asks.
func (h *host) Call(op int, args []item.Value) vm.Reply {
	b := h.batch
	if b == nil {
		return idleHost{}.Call(op, args)
	}
	arg := func(i int) item.Value {
		if i < len(args) {
			return args[i]
		}
		return item.Undefined
	}
	text := func(i int) string { s, _ := arg(i).Str(); return s }
	number := func(i int) int { n, _ := arg(i).Number(); return int(n) }
	switch op {
	case opStart:
		return value(item.Array([]item.Value{zoneOf(b.Env), item.String(b.Step), item.Int(b.RunIndex)}))
	case opInput:
		return items(b.Items, nil)
	case opItem:
		if i := number(0); i >= 0 && i < len(b.Items) {
			return value(itemValue(b.Items[i]))
		}
		return value(item.Undefined)
	case opNow:
		return value(item.Number(nowOf(b.Env)))
	case opRandom:
		return value(item.Number(h.random()))
	case opDigest:
		return digest(text(0), text(1), text(2))
	case opOffset:
		ms, _ := arg(1).Number()
		return offset(text(0), ms)
	case opTransliterate:
		return value(item.String(prelude.Transliterate(text(0))))
	case opZone:
		return value(zoneOf(b.Env))
	}
	if op >= opIntl && op < opIntlPastAll {
		return intlCall(op, args)
	}
	if b.Data == nil {
		if op == opVariable || op == opStep || op == opBranch {
			return value(item.Undefined)
		}
		return problem(expression.ErrNoStep)
	}
	return fromRun(b.Data, op, text, number)
}

// zones keeps the zones that were asked for.
var zones sync.Map // of *time.Location by name

// offset gives how far a zone is ahead of UTC at a time, in minutes; nothing
// where the zone is not known.
func offset(name string, ms float64) vm.Reply {
	zone, ok := zones.Load(name)
	if !ok {
		loaded, err := time.LoadLocation(name)
		if err != nil || name == "" || name == "Local" {
			return value(item.Undefined)
		}
		zone, _ = zones.LoadOrStore(name, loaded)
	}
	_, seconds := time.UnixMilli(int64(ms)).In(zone.(*time.Location)).Zone()
	return value(item.Number(float64(seconds) / 60))
}

// fromRun answers from the run of the step.
func fromRun(d expression.Data, op int, text func(int) string, number func(int) int) vm.Reply {
	switch op {
	case opOutput:
		return items(d.Output(text(0), number(1), number(2)))
	case opBranch:
		return value(item.Int(d.Branch(text(0))))
	case opPaired:
		it, err := d.Paired(number(0), text(1))
		if err != nil {
			return problem(err)
		}
		return value(itemValue(it))
	case opStep:
		return step(d, text(0), text(1))
	case opVariable:
		v, _ := d.Variable(text(0))
		return value(v)
	}
	return value(item.Undefined)
}

// step answers one part of what is known of a step, as the parts may be large;
// undefined where there is no such step.
func step(d expression.Data, name, part string) vm.Reply {
	info, ok := d.Step(name)
	if !ok {
		return value(item.Undefined)
	}
	o := item.NewObject(1)
	switch part {
	case "params":
		o.Set(part, info.Params)
	case "context":
		o.Set(part, info.Context)
	default:
		o.Set("runs", item.Int(info.Runs))
	}
	return value(o.Value())
}

func value(v item.Value) vm.Reply { return vm.Reply{Value: v} }

func items(list []item.Item, err error) vm.Reply {
	if err != nil {
		return problem(err)
	}
	values := make([]item.Value, len(list))
	for i, it := range list {
		values[i] = itemValue(it)
	}
	return value(item.Array(values))
}

// itemValue is an item as code sees it.
func itemValue(it item.Item) item.Value {
	o := item.NewObject(3)
	json := it.JSON
	if json.IsUndefined() {
		json = item.NewObject(0).Value()
	}
	o.Set("json", json)
	if it.Binary.Len() > 0 || it.Paired.Form() != 0 {
		rest := item.Item{Binary: it.Binary, Paired: it.Paired}
		if v, err := item.Parse(item.AppendItem(nil, rest), item.DefaultLimits()); err == nil {
			for _, name := range []string{"binary", "pairedItem"} {
				if m := v.Get(name); !m.IsUndefined() {
					o.Set(name, m)
				}
			}
		}
	}
	return o.Value()
}

// problem throws an error of the run.
func problem(err error) vm.Reply {
	o := item.NewObject(3)
	if code, step := expression.DataCode(err); code != "" {
		o.Set("code", item.String(code))
		if step != "" {
			o.Set("step", item.String(step))
		}
	}
	return vm.Reply{Value: o.Set("message", item.String(err.Error())).Value(), Throw: true}
}

// random gives the next number of the batch's chance, in [0, 1).
func (h *host) random() float64 {
	var block [40]byte
	copy(block[:], h.batch.Env.Seed[:])
	binary.LittleEndian.PutUint64(block[32:], h.draws)
	h.draws++
	sum := sha256.Sum256(block[:])
	return math.Float64frombits(0x3ff0000000000000|binary.LittleEndian.Uint64(sum[:])>>12) - 1
}
