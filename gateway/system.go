package gateway

import (
	"fmt"
	"net/http"
	"runtime"
	"time"

	"github.com/jobsprint/jobsprint/internal/client/wire"
)

func (g *Gateway) systemOperations() []operation {
	return []operation{
		{Name: "projections.list", Method: "GET", Path: "/v1/projections", Handle: g.listProjections},
		{Name: "projections.rebuild", Method: "POST", Path: "/v1/projections/{name}/rebuild", Handle: g.rebuildProjection},
		{Name: "doctor", Method: "GET", Path: "/v1/doctor", Handle: g.runDoctor},
		{Name: "version", Method: "GET", Path: "/v1/version", Handle: g.showVersion},
		{Name: "health", Method: "GET", Path: "/healthz", Handle: showHealth},
		{Name: "ready", Method: "GET", Path: "/readyz", Handle: g.showReady},
	}
}

func (g *Gateway) listProjections(w http.ResponseWriter, r *http.Request) error {
	out := wire.Page[wire.Projection]{Items: []wire.Projection{}}
	for _, s := range g.Projections.Status(r.Context()) {
		out.Items = append(out.Items, wire.Projection{
			Name: s.Name, Version: s.Version, State: s.State, Alarm: s.Alarm,
			Position: s.Position.String(), Lag: s.Lag, AppliedPerSec: s.AppliedPerSec,
		})
	}
	return writeJSON(w, http.StatusOK, out)
}

// allProjections is the name in the path that means every projection.
const allProjections = "all"

// rebuildProjection fills a read model anew and answers when it serves. It ends
// early when the caller leaves; the old tables stay then.
func (g *Gateway) rebuildProjection(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("name")
	if !isID(name) {
		return refuse(codeInvalidParameter, fmt.Sprintf("%.80q is not the name of a projection.", name)).param("name")
	}
	f, _, err := readForm(w, r)
	if err == nil {
		err = f.done()
	}
	if err != nil {
		return err
	}
	wanted := name
	if name == allProjections {
		wanted = ""
	}
	begun := time.Now()
	var commits int64
	err = g.Projections.Rebuild(r.Context(), wanted, func(done, _ int64) { commits = done })
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, wire.Rebuilt{Name: name, Commits: commits, DurationMS: time.Since(begun).Milliseconds()})
}

func (g *Gateway) runDoctor(w http.ResponseWriter, r *http.Request) error {
	out := wire.Doctor{Healthy: true, Checks: []wire.Check{}}
	if g.Doctor != nil {
		out.Checks = append(out.Checks, g.Doctor(r.Context())...)
	}
	for _, c := range out.Checks {
		out.Healthy = out.Healthy && c.Status != wire.CheckFail
	}
	return writeJSON(w, http.StatusOK, out)
}

func (g *Gateway) showVersion(w http.ResponseWriter, _ *http.Request) error {
	v := g.Version
	v.Go = runtime.Version()
	return writeJSON(w, http.StatusOK, v)
}

// showHealth says that the process lives, and nothing more.
func showHealth(w http.ResponseWriter, _ *http.Request) error {
	return writeBytes(w, http.StatusOK, []byte("{\"status\":\"alive\"}\n"))
}

// showReady says whether requests can be taken.
func (g *Gateway) showReady(w http.ResponseWriter, _ *http.Request) error {
	if err := g.ready(); err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, wire.Ready{Status: "ready", Instance: g.Instance})
}
