package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jobsprint/jobsprint/cmd/jobsprint/app"
	"github.com/jobsprint/jobsprint/cmd/jobsprint/iostreams"
	"github.com/jobsprint/jobsprint/expression"
	"github.com/jobsprint/jobsprint/item"
)

// evalTimeout bounds one evaluation, whatever the engine's own limits say.
const evalTimeout = 10 * time.Second

type evalCmd struct {
	Input    string `short:"i" placeholder:"JSON|@FILE" help:"The current item's json: an object, or an array of objects for several items. @FILE reads a file, @- stdin. Default: one item {}."`
	Timezone string `placeholder:"ZONE" default:"America/New_York" help:"Time zone of the workflow, such as Europe/Berlin."`
	JSON     bool   `name:"json" help:"Print an object with type and result, or with error, code and place."`
	Batch    bool   `help:"Read requests from stdin, an object a line, and print an answer a line."`

	Expression string `arg:"" optional:"" name:"expression" help:"The value of a parameter, such as '={{ $json.name }}'. The = may be left out, and so may the braces around a single expression."`
}

// Help teaches by example.
func (evalCmd) Help() string {
	return `The expression is evaluated as in the step "Eval" of a workflow that has started at "Start"; no other step has run. The result goes to stdout as JSON (nothing for undefined), its type to stderr. With several items there is a line for each.

Examples:

    jobsprint eval '{{ $json.name.toTitleCase() }}' --input '{"name":"ada lovelace"}'
    jobsprint eval '$now.plus(1, "day").toISODate()' --timezone Europe/Berlin
    jobsprint eval '={{ $json.total }} EUR' --input @items.json --json
    jobsprint eval --batch < requests.jsonl > answers.jsonl

With --batch each line of stdin is {"id", "expression", "item" or "items"}: the expression is the whole value of the parameter with its "=" (a text without is a fixed text), item the current item's json, items those of several. The answers come in the order of the lines:

    {"id", "type", "result"}            no result when it is undefined
    {"id", "type", "result", "results", "types"}   for items: type and result are the first item's, the lists have all
    {"id", "error"}                     with errorItemIndex when items were given

type is string, number, boolean, null, undefined, array, object, date, bigint, NaN, Infinity, -Infinity or -0; the result of NaN and the infinities is null. A line with "header": true is passed over; one that is no request gets an answer with an error.

Exit code: 0 when it was evaluated, 1 when the expression is wrong or fails, 2 when the command or its input is. With --batch: 0, or 1 when a line was no request.`
}

// Run evaluates.
func (c *evalCmd) Run(env *Env) error {
	zone, err := time.LoadLocation(c.Timezone)
	if err != nil || c.Timezone == "" || c.Timezone == "Local" {
		return usage("Give a name of the IANA database, such as Europe/Berlin.", "%q is no time zone", c.Timezone)
	}
	e := &evaluator{engine: app.Expressions(), zone: zone, now: env.Now}
	switch {
	case c.Batch && c.Expression+c.Input != "":
		return usage("Put expression and item into the lines of stdin.", "--batch takes neither an expression nor --input")
	case c.Batch:
		return evalBatch(env.ctx, e, env.In, env.Out)
	case c.Expression == "":
		return usage(`Run "jobsprint eval --help" for examples.`, "there is no expression")
	}
	input, err := (&runCmd{Input: c.Input}).input(env)
	if err != nil {
		return err
	}
	return c.one(env, e, input)
}

// one evaluates the expression of the command line.
func (c *evalCmd) one(env *Env, e *evaluator, input item.Value) error {
	list, several := input.Elems()
	if !several {
		list = []item.Value{input}
	}
	outcomes, err := e.eval(env.ctx, wholeExpression(c.Expression), list)
	if err != nil {
		return c.explain(env, err)
	}
	for i, o := range outcomes {
		if o.Err != nil {
			err = o.Err
			if several {
				env.Notice("Item %d:", i)
			}
			if said := c.explain(env, err); i == len(outcomes)-1 || env.ctx.Err() != nil {
				return said
			}
			continue
		}
		if err := c.print(env, o); err != nil {
			return err
		}
	}
	if err != nil {
		return quiet(codeFailed)
	}
	return nil
}

// wholeExpression makes the value of a parameter of what a person types.
func wholeExpression(text string) string {
	switch {
	case strings.HasPrefix(text, "="):
		return text
	case strings.Contains(text, "{{"):
		return "=" + text
	}
	return "={{ " + text + " }}"
}

func (c *evalCmd) print(env *Env, o expression.Outcome) error {
	if c.JSON {
		answer := item.NewObject(2)
		setOutcome(answer, o)
		return env.RawJSON(answer.Value().AppendJSON(nil))
	}
	if !o.Value.IsUndefined() {
		if err := env.RawJSON(o.Value.AppendJSON(nil)); err != nil {
			return err
		}
	}
	env.Notice("%s", env.Paint(iostreams.Dim, typeOf(o)))
	return nil
}

// explain shows the place of an error.
func (c *evalCmd) explain(env *Env, err error) error {
	var at *expression.Error
	if !errors.As(err, &at) {
		return err
	}
	if c.JSON {
		answer := item.NewObject(4).Set("error", item.String(at.Message)).Set("code", item.String(at.Code)).
			Set("start", item.Int(at.Start)).Set("end", item.Int(at.End)).Value()
		return errors.Join(env.RawJSON(answer.AppendJSON(nil)), quiet(codeFailed))
	}
	return &failure{code: codeFailed, message: at.Message + "\n" + at.Caret(), err: err, next: evalNext[at.Code]}
}

// evalNext says what to do about an error of an expression.
var evalNext = map[string]string{
	expression.CodeReference: "No other step has run here: give what the expression reads as --input and write $json.",
}

// evaluator evaluates expressions as a step would in which they stand.
type evaluator struct {
	engine expression.Engine
	zone   *time.Location
	now    func() time.Time
}

// eval evaluates for each item; no item stands for one that is empty. The error
// is the expression's own, or the context's.
func (e *evaluator) eval(ctx context.Context, source string, list []item.Value) ([]expression.Outcome, error) {
	program, err := e.engine.Compile(source)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, evalTimeout)
	defer cancel()
	items := make([]item.Item, len(list))
	for i, v := range list {
		if v.IsUndefined() {
			v = item.NewObject(0).Value()
		}
		items[i] = item.Item{JSON: v, Paired: item.PairOf(i)}
	}
	now := e.now()
	batch := expression.Batch{
		Items: items, Step: evalStep, Data: &evalData{items: items, source: source},
		Env: expression.Env{Now: now, Zone: e.zone, Seed: seedOf(now)},
	}
	outcomes := make([]expression.Outcome, len(items))
	if err := program.Eval(ctx, &batch, outcomes); err != nil {
		if errors.Is(err, context.DeadlineExceeded) {
			err = &expression.Error{Code: expression.CodeLimit, Message: fmt.Sprintf("The expression took longer than %s", evalTimeout),
				Source: source, End: len(source), Err: err}
		}
		return nil, err
	}
	return outcomes, nil
}
