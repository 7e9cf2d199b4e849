package cli

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/jobsprint/jobsprint/expression"
	"github.com/jobsprint/jobsprint/item"
)

// maxBatchLine bounds a line of --batch; a longer one is answered with an error
// and passed over.
const maxBatchLine = 16 << 20

// evalBatch answers each line of in with a line of out. The error tells that a
// line was no request, or that reading or writing failed.
func evalBatch(ctx context.Context, e *evaluator, in io.Reader, out io.Writer) error {
	r, w := bufio.NewReaderSize(in, 64<<10), bufio.NewWriterSize(out, 64<<10)
	bad := 0
	for number := 1; ; number++ {
		if r.Buffered() == 0 { // whoever waits for an answer before the next question gets it
			if err := w.Flush(); err != nil {
				return err
			}
		}
		line, err := readLine(r)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil && !errors.Is(err, bufio.ErrTooLong) {
			return errors.Join(err, w.Flush())
		}
		answer, ok := e.answer(ctx, number, line, err)
		if ctx.Err() != nil {
			return errors.Join(ctx.Err(), w.Flush())
		}
		if !ok {
			bad++
		}
		if answer == nil {
			continue
		}
		if _, err := w.Write(append(answer.Value().AppendJSON(nil), '\n')); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if bad > 0 {
		return fail("Their answers say what is wrong with them.", "%d of the lines are no requests", bad)
	}
	return nil
}

// readLine reads one line without its end. A line over the limit is read to its
// end and given as bufio.ErrTooLong.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	tooLong := false
	for {
		part, err := r.ReadSlice('\n')
		if tooLong = tooLong || len(line)+len(part) > maxBatchLine; !tooLong {
			line = append(line, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case errors.Is(err, io.EOF) && (len(line) > 0 || tooLong), err == nil:
			if tooLong {
				return nil, bufio.ErrTooLong
			}
			return line, nil
		}
		return nil, err
	}
}

// answer evaluates one line; nil: it needs none. ok tells that it was a request.
func (e *evaluator) answer(ctx context.Context, number int, line []byte, readErr error) (answer *item.ObjectBuilder, ok bool) {
	answer = item.NewObject(5)
	refuse := func(format string, args ...any) (*item.ObjectBuilder, bool) {
		text := fmt.Sprintf("line %d: ", number) + fmt.Sprintf(format, args...)
		return answer.Set("error", item.String(text)), false
	}
	if readErr != nil {
		return refuse("it is longer than %d MiB", maxBatchLine>>20)
	}
	if line = bytes.TrimSpace(line); len(line) == 0 {
		return nil, true
	}
	v, err := item.Parse(line, inputLimits)
	if err != nil {
		return refuse("not valid JSON: %v", err)
	}
	if header, _ := v.Get("header").Bool(); header {
		return nil, true
	}
	if id := v.Get("id"); !id.IsUndefined() {
		answer.Set("id", id)
	}
	source, isText := v.Get("expression").Str()
	if !isText {
		return refuse(`it has no text "expression"`)
	}
	list, several, why := batchItems(v)
	if why != "" {
		return refuse("%s", why)
	}
	outcomes, err := e.eval(ctx, source, list)
	switch {
	case err != nil:
		setError(answer, err, 0, several)
	case several:
		setList(answer, outcomes)
	case outcomes[0].Err != nil:
		setError(answer, outcomes[0].Err, 0, false)
	default:
		setOutcome(answer, outcomes[0])
	}
	return answer, true
}

// batchItems reads the current item, or the items.
func batchItems(v item.Value) (list []item.Value, several bool, why string) {
	items := v.Get("items")
	if items.IsNullish() {
		it := v.Get("item")
		if it.IsNullish() {
			return []item.Value{item.NewObject(0).Value()}, false, ""
		}
		if _, ok := it.Obj(); !ok {
			return nil, false, `"item" is no object`
		}
		return []item.Value{it}, false, ""
	}
	list, ok := items.Elems()
	if !ok {
		return nil, true, `"items" is no array`
	}
	for i, e := range list {
		if _, ok := e.Obj(); !ok {
			return nil, true, fmt.Sprintf(`"items"[%d] is no object`, i)
		}
	}
	return list, true, ""
}

// setList writes the outcomes of several items: the first failure, or all.
func setList(answer *item.ObjectBuilder, outcomes []expression.Outcome) {
	results, types := make([]item.Value, len(outcomes)), make([]item.Value, len(outcomes))
	for i, o := range outcomes {
		if o.Err != nil {
			setError(answer, o.Err, i, true)
			return
		}
		results[i], types[i] = o.Value, item.String(typeOf(o))
		if o.Value.IsUndefined() {
			results[i] = item.Null
		}
	}
	if len(outcomes) > 0 {
		setOutcome(answer, outcomes[0])
	}
	answer.Set("results", item.Array(results)).Set("types", item.Array(types))
}

func setError(answer *item.ObjectBuilder, err error, index int, several bool) {
	answer.Set("error", item.String(err.Error()))
	if several {
		answer.Set("errorItemIndex", item.Int(index))
	}
}
