package handlers

import (
	"context"
	"time"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes/binary"
	"github.com/jobsprint/jobsprint/workflow"
)

// Execution is a run as n8n prints an execution, in JSON: status, times, and
// for each node every run with its source, items and error. Errors:
// *commands.Error with CodeNotFound, and the store's.
func (e *Engine) Execution(ctx context.Context, workspace, id string) ([]byte, error) {
	if _, err := events.TimeOf(id); err != nil {
		return nil, runNotFound(id)
	}
	run, _, err := e.fold(ctx, workspace, id)
	if err != nil {
		return nil, err
	}
	p := printer{ctx: ctx, engine: e, workspace: workspace, run: run}
	data := item.NewObject(1).Set("resultData", p.resultData())
	out := item.NewObject(8).
		Set("id", item.String(id)).
		Set("finished", item.Bool(run.Status() == workflow.StatusSuccess)).
		Set("mode", item.String(run.Started.Mode)).
		Set("status", item.String(p.status())).
		Set("startedAt", timeValue(run.StartedAt)).
		Set("stoppedAt", timeValue(run.EndedAt())).
		Set("workflowId", item.String(run.Started.Workflow)).
		Set("data", data.Value())
	return out.Value().AppendJSON(nil), p.err
}

// printer writes a run in n8n's shape.
type printer struct {
	ctx       context.Context
	engine    *Engine
	workspace string
	run       *workflow.Run
	err       error
}

// status is the run's in n8n's words, where a run that took too long was canceled.
func (p *printer) status() string {
	if ended := p.run.Ended(); ended != nil && ended.Error != nil && ended.Error.Code == workflow.CodeTimeout {
		return events.StatusCanceled
	}
	return string(p.run.Status())
}

func timeValue(t time.Time) item.Value {
	if t.IsZero() {
		return item.Null
	}
	return item.String(t.UTC().Format("2006-01-02T15:04:05.000Z"))
}

func (p *printer) resultData() item.Value {
	nodes := item.NewObject(16)
	byStep := map[string][]item.Value{}
	for _, s := range p.run.History() {
		if s.Silent {
			continue
		}
		if _, ok := byStep[s.Step]; !ok {
			nodes.Set(s.Step, item.Null) // keeps the place
		}
		byStep[s.Step] = append(byStep[s.Step], p.stepRun(s, "", p.outputsOf(s)))
	}
	waiting := p.run.Waiting()
	if waiting != nil {
		s := &workflow.StepRun{StepRef: waiting.StepRef, Started: waiting.Now}
		byStep[s.Step] = append(byStep[s.Step], p.stepRun(s, string(workflow.StatusWaiting), waiting.Outputs))
		nodes.Set(s.Step, item.Null)
	}
	for step, list := range byStep {
		nodes.Set(step, item.Array(list))
	}
	out := item.NewObject(3).Set("runData", nodes.Value())
	if waiting != nil {
		out.Set("lastNodeExecuted", item.String(waiting.Step))
	} else if last := p.run.Last(); last != nil {
		out.Set("lastNodeExecuted", item.String(last.Step))
	}
	if ended := p.run.Ended(); ended != nil && ended.Error != nil {
		out.Set("error", p.errorValue(ended.Error, ended.LastStep))
	}
	return out.Value()
}

// stepRun prints a run of a step. Its status, where it is not given, says how it
// ended.
func (p *printer) stepRun(s *workflow.StepRun, status string, outputs []events.Output) item.Value {
	out := item.NewObject(8).
		Set("startTime", item.Number(float64(s.Started.UnixMilli()))).
		Set("executionIndex", item.Int(s.Order)).
		Set("source", sourceValue(s.Source)).
		Set("hints", item.Array(s.Hints)).
		Set("executionTime", item.Int(int(s.DurationUS/1000)))
	switch {
	case s.Error != nil:
		status = "error"
	case status == "":
		status = "success"
	}
	out.Set("executionStatus", item.String(status))
	if s.Error != nil {
		out.Set("error", p.errorValue(s.Error, s.Step))
	}
	if s.Failed {
		return out.Value()
	}
	return out.Set("data", item.NewObject(1).Set("main", p.outputs(outputs)).Value()).Value()
}

func sourceValue(list []events.Source) item.Value {
	out := make([]item.Value, 0, len(list))
	for _, s := range list {
		switch {
		case s.Step != "":
			out = append(out, item.NewObject(3).Set("previousNode", item.String(s.Step)).
				Set("previousNodeOutput", item.Int(s.Output)).
				Set("previousNodeRun", item.Int(s.RunIndex)).Value())
		case len(list) > 1:
			out = append(out, item.Null)
		}
	}
	return item.Array(out)
}

func (p *printer) outputsOf(s *workflow.StepRun) []events.Output {
	list := make([]events.Output, s.Outputs())
	for o := range list {
		list[o], _ = p.run.OutputAt(s, o)
	}
	return list
}

func (p *printer) outputs(list []events.Output) item.Value {
	lists := make([]item.Value, len(list))
	for o, out := range list {
		items, err := p.engine.itemsOf(p.ctx, p.workspace, out)
		if err != nil {
			p.err = err
		}
		values := make([]item.Value, len(items))
		for i, it := range items {
			values[i] = itemValue(it)
		}
		lists[o] = item.Array(values)
	}
	return item.Array(lists)
}

func itemValue(it item.Item) item.Value {
	v, err := item.Parse(item.AppendPlainItem(nil, it), item.Limits{})
	if err != nil {
		return item.Null // AppendItem writes JSON
	}
	o, _ := v.Obj()
	if it.Binary.Len() == 0 {
		return v
	}
	files := item.NewObject(it.Binary.Len())
	for i := range it.Binary.Len() {
		name, b := it.Binary.At(i)
		files.Set(name, binaryValue(b))
	}
	return o.With("binary", files.Value()).Value()
}

// binaryStore stands where n8n names the store that holds binary data.
const binaryStore = "jobsprint"

// binaryValue describes binary data as n8n does: id is where the data lies.
func binaryValue(b item.Binary) item.Value {
	o := item.NewObject(9)
	text := func(key, s string) {
		if s != "" {
			o.Set(key, item.String(s))
		}
	}
	text("mimeType", b.MimeType)
	text("fileType", b.FileType)
	text("fileExtension", b.FileExtension)
	o.Set("data", item.String(binaryStore))
	text("directory", b.Directory)
	text("fileName", b.FileName)
	o.Set("id", item.String(binaryStore+":"+b.Ref.Owner+"/"+b.Ref.Address))
	o.Set("fileSize", item.String(binary.SizeText(b.Bytes)))
	return o.Set("bytes", item.Number(float64(b.Bytes))).Value()
}

// defaultErrorName is n8n's name of the errors of steps.
const defaultErrorName = "NodeOperationError"

// errorValue is an error as n8n prints it, with the step that it came from and,
// beyond that, this program's code.
func (p *printer) errorValue(e *events.StepError, step string) item.Value {
	out := item.NewObject(8)
	if e.Description != "" {
		out.Set("description", item.String(e.Description))
	}
	context := item.NewObject(1)
	if o, ok := e.Context.Obj(); ok {
		context = item.FromObject(o)
	}
	if e.Item > 0 {
		context.Set("itemIndex", item.Int(e.Item-1))
	}
	name, message := e.Name, e.Message
	switch {
	case e.Code == workflow.CodeTimeout:
		name, message = "TimeoutExecutionCancelledError", "The execution was cancelled because it timed out"
	case name == "":
		name = defaultErrorName
	}
	out.Set("context", context.Value()).Set("name", item.String(name))
	if s, ok := p.run.Graph().StepNamed(step); ok {
		out.Set("node", p.run.Graph().StepJSON(s.Index))
	}
	return out.Set("messages", item.Array(nil)).
		Set("message", item.String(message)).
		Set("code", item.String(e.Code)).Value()
}
