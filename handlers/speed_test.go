package handlers_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/commands"
	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/handlers"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// webhookChain is the workload of the HTTP benches: a webhook, ten set steps,
// and the last one's items as the answer.
func webhookChain() string {
	list := []string{`{"name":"Webhook","id":"w","type":"n8n-nodes-base.webhook","typeVersion":2,"webhookId":"w1","position":[0,0],"parameters":{"httpMethod":"POST","path":"w1","responseMode":"lastNode","options":{}}}`}
	var connections []string
	previous, value := "Webhook", "={{ $json.body.name }}-1"
	for i := 1; i <= 10; i++ {
		name := fmt.Sprintf("Set%d", i)
		list = append(list, fmt.Sprintf(`{"name":%q,"id":"n%d","position":[%d,0],`+setStep+`}`, name, i, 200*i, fmt.Sprintf("f%d", i), value))
		connections = append(connections, fmt.Sprintf(`%q:{"main":[[{"node":%q,"type":"main","index":0}]]}`, previous, name))
		previous, value = name, fmt.Sprintf("={{ $json.f%d }}-%d", i, i+1)
	}
	return fmt.Sprintf(`{"name":"chain","nodes":[%s],"connections":{%s},"settings":{"executionOrder":"v1"}}`, strings.Join(list, ","), strings.Join(connections, ","))
}

// BenchmarkWebhookChain is one run of the chain from its start to its answer,
// with everything but HTTP.
func BenchmarkWebhookChain(b *testing.B) {
	s := start(b, b.TempDir(), newOutside())
	defer s.stop()
	id := s.create(webhookChain())
	if _, err := s.commands.ActivateWorkflow(b.Context(), meta(), id, 0); err != nil {
		b.Fatal(err)
	}
	s.settled(id)
	match, ok := s.listens("POST", "w1")
	if !ok {
		b.Fatal("nobody listens")
	}
	body := item.MustParse(`{"name":"Ada","amount":12.5,"tags":["a","b"],"address":{"street":"Main","city":"London"}}`)
	b.SetParallelism(8)
	b.ReportAllocs()
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			accepted, err := match.Node.Accept(&nodes.Request{
				Method: "POST", URL: "http://localhost/webhook/w1", Body: body, Query: item.NewObject(0).Value(), Mode: "production",
				Headers: []events.Header{{Name: "host", Value: "localhost"}, {Name: "content-type", Value: "application/json"}, {Name: "user-agent", Value: "bench"}},
			})
			if err != nil {
				b.Error(err)
				return
			}
			started, err := s.engine.Start(b.Context(), handlers.StartRequest{
				Meta: commands.Meta{Workspace: events.DefaultWorkspace, Actor: "webhook"}, Workflow: match.Workflow, Version: match.Version,
				Start: match.Step, Input: accepted.Outputs[0], Mode: events.ModeWebhook, Reply: match.Reply,
			})
			if err != nil {
				b.Error(err)
				return
			}
			if answer := <-started.Wait; answer.Status != 200 {
				b.Errorf("answer %+v", answer)
			}
		}
	})
}
