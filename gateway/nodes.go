package gateway

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/icons"
)

// Catalogue lists the step types. *catalogue.Catalogue is one.
type Catalogue interface {
	All() []nodes.Definition
	Lookup(name string) (d *nodes.Definition, candidates []string)
	// Version changes whenever a definition does.
	Version() string
}

func (g *Gateway) nodeOperations() []operation {
	return []operation{
		{Name: "nodes.list", Method: "GET", Path: "/v1/nodes", Query: []string{"group"}, Handle: g.listNodes},
		{Name: "nodes.get", Method: "GET", Path: "/v1/nodes/{type}", Handle: g.getNode},
		{Name: "nodes.icon", Method: "GET", Path: "/v1/nodes/{type}/icon", Handle: g.getNodeIcon},
	}
}

// nodeList is the answer to /v1/nodes: the whole catalogue, which has no pages.
type nodeList struct {
	Version string             `json:"version"`
	Items   []nodes.Definition `json:"items"`
}

func (g *Gateway) listNodes(w http.ResponseWriter, r *http.Request) error {
	if g.catalogueKnown(w, r) {
		return nil
	}
	all := g.Nodes.All()
	if groups := list(r.URL.Query()["group"]); len(groups) > 0 {
		known := map[string]bool{}
		for _, d := range all {
			known[d.Group] = true
		}
		for _, name := range groups {
			if !known[name] {
				return refuse(codeInvalidParameter, fmt.Sprintf("There is no group %.60q of step types.", name)).param("group")
			}
		}
		all = slices.DeleteFunc(all, func(d nodes.Definition) bool { return !slices.Contains(groups, d.Group) })
	}
	return writeJSON(w, http.StatusOK, nodeList{Version: g.Nodes.Version(), Items: all})
}

func (g *Gateway) getNode(w http.ResponseWriter, r *http.Request) error {
	d, err := g.node(r)
	if err != nil || g.catalogueKnown(w, r) {
		return err
	}
	return writeJSON(w, http.StatusOK, d)
}

func (g *Gateway) getNodeIcon(w http.ResponseWriter, r *http.Request) error {
	d, err := g.node(r)
	if err != nil || g.catalogueKnown(w, r) {
		return err
	}
	svg, _ := icons.Of(d)
	h := w.Header()
	h.Set("Content-Type", "image/svg+xml")
	h.Set("Content-Length", strconv.Itoa(len(svg)))
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(svg)
	return nil
}

// node finds the type of the path, which may be a short name.
func (g *Gateway) node(r *http.Request) (*nodes.Definition, error) {
	name := r.PathValue("type")
	d, candidates := g.Nodes.Lookup(name)
	switch {
	case d != nil:
		return d, nil
	case len(candidates) > 0:
		return nil, refuse(codeInvalidParameter, fmt.Sprintf("%.80q may be any of %s.", name, strings.Join(candidates, ", "))).param("type")
	}
	return nil, refuse(codeNotFound, fmt.Sprintf("There is no step type %.80q; GET /v1/nodes lists them.", name)).param("type")
}

// catalogueKnown sets the entity tag and answers 304 to who has this catalogue.
func (g *Gateway) catalogueKnown(w http.ResponseWriter, r *http.Request) bool {
	tag := `"` + g.Nodes.Version() + `"`
	w.Header().Set("ETag", tag)
	return notModified(w, r, tag)
}
