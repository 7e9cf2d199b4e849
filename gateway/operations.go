package gateway

import (
	"net/http"
	"path"
	"slices"
	"strings"
)

// operation is one line of the API: all that routing, and whoever describes the
// API, must know about it. The place of a check of who may call is runOperation.
type operation struct {
	// Name is stable; metrics and logs use it.
	Name   string
	Method string
	Path   string
	// Query lists the query parameters that are known; any other is refused.
	Query []string
	// Reads marks a query of the read models: it waits for what
	// Jobsprint-At-Least demands. Other queries read the log itself and are
	// always as fresh as can be.
	Reads  bool
	Handle func(http.ResponseWriter, *http.Request) error
}

// operations lists the whole API.
func (g *Gateway) operations() []operation {
	return slices.Concat(g.workflowOperations(), g.runOperations(), g.logOperations(), g.nodeOperations(), g.tableOperations(), g.systemOperations())
}

// newRouter makes the mux of everything but webhooks.
func (g *Gateway) newRouter() *http.ServeMux {
	mux := http.NewServeMux()
	methods := map[string][]string{}
	for _, op := range g.operations() {
		mux.HandleFunc(op.Method+" "+op.Path, g.runOperation(op))
		methods[op.Path] = append(methods[op.Path], op.Method)
		if op.Method == http.MethodGet {
			methods[op.Path] = append(methods[op.Path], http.MethodHead)
		}
	}
	for p, allowed := range methods {
		slices.Sort(allowed)
		mux.HandleFunc(p, g.wrongMethod(allowed))
	}
	if g.metricsPage != nil {
		mux.Handle("GET /metrics", g.metricsPage)
	}
	mux.HandleFunc("/", g.noSuchPath)
	return mux
}

func (g *Gateway) runOperation(op operation) http.HandlerFunc {
	count := g.metrics.operation(op.Name)
	return func(w http.ResponseWriter, r *http.Request) {
		err := checkParameters(r, op.Query)
		if err == nil {
			err = g.waitFresh(r, op.Reads)
		}
		if err == nil {
			err = op.Handle(w, r)
		}
		count.Inc()
		if err != nil {
			g.metrics.refused.WithLabelValues(op.Name, refusalOf(err).Code).Inc()
			g.writeProblem(w, r, err)
		}
	}
}

func (g *Gateway) wrongMethod(allowed []string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		p := refuse(codeMethodNotAllowed, r.URL.Path+" has no method "+r.Method+", only "+strings.Join(allowed, ", ")+".")
		p.allow = allowed
		if r.Method == http.MethodOptions {
			w.Header().Set("Allow", strings.Join(append(slices.Clone(allowed), http.MethodOptions), ", "))
			w.WriteHeader(http.StatusNoContent)
			return
		}
		g.writeProblem(w, r, p)
	}
}

func (g *Gateway) noSuchPath(w http.ResponseWriter, r *http.Request) {
	g.writeProblem(w, r, refuse(codeNoSuchPath, "Nothing is at "+r.URL.Path+"."))
}

// routable reports whether the mux takes the path as it stands: others it would
// answer with a redirect, which no client of an API expects.
func routable(p string) bool { return strings.HasPrefix(p, "/") && path.Clean(p) == p }

// Operations names every operation as "METHOD path", in the order of the list.
func Operations() []string {
	var names []string
	for _, op := range (&Gateway{}).operations() {
		names = append(names, op.Method+" "+op.Path)
	}
	return names
}
