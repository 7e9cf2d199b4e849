package demo_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/cmd/jobsprint/app"
	"github.com/jobsprint/jobsprint/examples"
	"github.com/jobsprint/jobsprint/internal/client"
	"github.com/jobsprint/jobsprint/internal/client/wire"
)

// startApp runs the program on a folder of its own, in this process.
func startApp(t *testing.T) (*app.App, *client.Client) {
	t.Helper()
	a, err := app.Open(t.Context(), app.Config{
		DataDir: t.TempDir(), Work: app.Serve, Listen: "127.0.0.1:0", HTTPAllow: []string{"127.0.0.1"},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	c, err := client.New(a.Address(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return a, c
}

// activate stores an example; nothing in it may need attention.
func activate(t *testing.T, c *client.Client, raw []byte) string {
	t.Helper()
	w, err := c.CreateWorkflow(t.Context(), raw)
	if err != nil {
		t.Fatal(err)
	}
	if len(w.Problems) > 0 {
		t.Fatalf("%s has problems: %+v", w.Name, w.Problems)
	}
	exported, err := c.ExportWorkflow(t.Context(), w.ID, 0)
	if err != nil || !bytes.Equal(exported, raw) {
		t.Fatalf("%s is not exported as it was imported: %v", w.Name, err)
	}
	w, err = c.ActivateWorkflow(t.Context(), w.ID, 0)
	if err != nil || w.Status != wire.WorkflowActive {
		t.Fatalf("%s is %s: %v %v", w.Name, w.Status, w.Reasons, err)
	}
	return w.ID
}

func post(t *testing.T, url, body string) (int, string) {
	t.Helper()
	answer, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

func TestOrderRoutingTakesBothBranches(t *testing.T) {
	t.Parallel()
	a, c := startApp(t)
	activate(t, c, examples.OrderRouting)
	for order, want := range map[string]string{
		`{"customer":"Ada","items":["lamp","desk"],"total":320}`: `{"customer":"Ada","lane":"priority","toPay":288}`,
		`{"customer":"Grace","items":["pen"],"total":4.5}`:       `{"customer":"Grace","lane":"standard","toPay":4.5}`,
		`{"customer":"Alan","items":[],"total":100}`:             `{"customer":"Alan","lane":"priority","toPay":90}`,
	} {
		if status, body := post(t, a.Address()+"/webhook/orders", order); status != 200 || body != want {
			t.Errorf("%s: %d %s, want %s", order, status, body, want)
		}
	}
}

func TestFetchAndWaitCallsTheShop(t *testing.T) {
	t.Parallel()
	a, c := startApp(t)
	activate(t, c, examples.FetchAndWait)
	seen := make(chan string, 10)
	shop := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		seen <- r.Method + " " + r.URL.Path + " " + string(body)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"done":true}`)
	}))
	defer shop.Close()
	status, body := post(t, a.Address()+"/webhook/fulfil", fmt.Sprintf(`{"order":"A-1","total":320,"shop":%q}`, shop.URL))
	if status != 200 || body != `{"order":"A-1","shipped":true}` {
		t.Errorf("%d %s", status, body)
	}
	for _, want := range []string{`POST /reserve {"order":"A-1"}`, `POST /charge {"order":"A-1","amount":320}`, `POST /ship {"order":"A-1"}`} {
		if got := <-seen; got != want {
			t.Errorf("the shop got %s, want %s", got, want)
		}
	}
}
