package gateway_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/gateway"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/catalogue"
	"github.com/jobsprint/jobsprint/nodes/catalogue/core"
)

func nodesGateway(t *testing.T) (*gateway.Gateway, *catalogue.Catalogue) {
	t.Helper()
	twin := core.Definitions()[0]
	twin.Type, twin.Aliases = "other-package.set", nil
	c, err := catalogue.New(append(core.Definitions(), twin)...)
	if err != nil {
		t.Fatal(err)
	}
	g := gateway.New(gateway.Config{Nodes: c})
	t.Cleanup(g.Close)
	return g, c
}

func TestNodesAreTheCatalogue(t *testing.T) {
	g, c := nodesGateway(t)
	var list struct {
		Version string
		Items   []map[string]json.RawMessage
	}
	w := call(g, "GET", "/v1/nodes", "", "")
	if err := json.Unmarshal(w.Body.Bytes(), &list); err != nil || w.Code != http.StatusOK {
		t.Fatalf("%d %v: %.300s", w.Code, err, w.Body)
	}
	if list.Version != c.Version() || len(list.Items) != len(c.All()) || list.Items[0]["fields"] == nil && list.Items[0]["type"] == nil {
		t.Errorf("version %s with %d types; the catalogue is %s with %d", list.Version, len(list.Items), c.Version(), len(c.All()))
	}
	if err := json.Unmarshal(call(g, "GET", "/v1/nodes?group=trigger,data", "", "").Body.Bytes(), &list); err != nil {
		t.Fatal(err)
	}
	groups := map[string]bool{}
	for _, d := range list.Items {
		groups[string(d["group"])] = true
	}
	if len(groups) != 2 || !groups[`"trigger"`] || !groups[`"data"`] {
		t.Errorf("two groups were asked for, given %v", groups)
	}
	if p := problem(t, call(g, "GET", "/v1/nodes?group=none", "", "")); p.Code != "invalid-parameter" || p.Parameter != "group" {
		t.Errorf("a group that is not there: %+v", p)
	}
}

func TestNodesAreSentOnceToWhoKnowsThem(t *testing.T) {
	g, c := nodesGateway(t)
	for _, path := range []string{"/v1/nodes", "/v1/nodes/n8n-nodes-base.if", "/v1/nodes/n8n-nodes-base.if/icon"} {
		r := httptest.NewRequest("GET", path, nil)
		r.Header.Set("If-None-Match", `"`+c.Version()+`"`)
		w := httptest.NewRecorder()
		g.ServeHTTP(w, r)
		if w.Code != http.StatusNotModified || w.Body.Len() > 0 {
			t.Errorf("%s: %d with %d bytes", path, w.Code, w.Body.Len())
		}
		if tag := call(g, "GET", path, "", "").Header().Get("ETag"); tag != `"`+c.Version()+`"` {
			t.Errorf("%s has the tag %s", path, tag)
		}
	}
}

func TestANodeIsFoundByItsNames(t *testing.T) {
	g, _ := nodesGateway(t)
	for _, name := range []string{"n8n-nodes-base.if", "if", "IF"} {
		var d nodes.Definition
		w := call(g, "GET", "/v1/nodes/"+name, "", "")
		var got struct{ Type string }
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || got.Type != "n8n-nodes-base.if" {
			t.Errorf("%s gives %v %v %.200s", name, d, err, w.Body)
		}
	}
	if p := problem(t, call(g, "GET", "/v1/nodes/none", "", "")); p.Code != "not-found" {
		t.Errorf("a type that is not there: %+v", p)
	}
	if p := problem(t, call(g, "GET", "/v1/nodes/set", "", "")); p.Code != "invalid-parameter" || !strings.Contains(p.Detail, "other-package.set") {
		t.Errorf("a name that two types have: %+v", p)
	}
	w := call(g, "GET", "/v1/nodes/if/icon", "", "")
	if w.Header().Get("Content-Type") != "image/svg+xml" || !strings.HasPrefix(w.Body.String(), "<svg ") {
		t.Errorf("the icon is %s %.80s", w.Header().Get("Content-Type"), w.Body)
	}
}
