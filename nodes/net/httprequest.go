package net

import (
	"net/http"
	"strings"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// HTTPRequest calls a URL for every item: n8n's "httpRequest".
func HTTPRequest(o Options) nodes.Definition {
	o = o.withDefaults()
	guard, err := newGuard(o.Allow)
	var transport http.RoundTripper // one pool of connections for all steps
	switch {
	case o.Offline:
		transport = offline{}
	case err == nil:
		transport = newTransport(guard)
	}
	return nodes.Definition{
		Type:     "n8n-nodes-base.httpRequest",
		Versions: []float64{4, 4.1, 4.2, 4.3},
		Class:    nodes.Effect,
		Repeat:   events.RepeatUnsafe,
		Name:     "HTTP request",
		Doc:      "Sends one HTTP request for every item and gives what comes back, as JSON or text. Only public addresses can be reached unless the server allows others.",
		Group:    "net",
		Icon:     "globe",
		Inputs:   []string{"main"},
		Outputs:  []string{"main"},
		Fields:   httpFields(),
		Ignored:  []string{"curlImport", "infoMessage", "notice", "nodeCredentialType", "genericAuthType", "inputDataFieldName"},
		New: func(c *nodes.Compile) (nodes.Node, error) {
			if err != nil {
				return nil, err
			}
			return newRequest(c, o, transport)
		},
	}
}

type httpRequest struct {
	method   string
	methodAt nodes.Param[string] // method, where it differs between items
	url      nodes.Param[string]
	query    pairs
	headers  pairs
	body     body
	reply    reply
	timeout  nodes.Param[float64] // milliseconds; 0: the default
	client   *client
}

func newRequest(c *nodes.Compile, o Options, transport http.RoundTripper) (nodes.Node, error) {
	r := &httpRequest{
		methodAt: nodes.Text(c, "method", "GET"),
		url:      nodes.Text(c, "url", ""),
		body:     newBody(c),
		reply:    newReply(c),
		timeout:  nodes.Num(c, "options.timeout", 0),
	}
	r.method, _ = r.methodAt.Fixed()
	if c.FixedFlag("sendQuery", false) {
		r.query = newPairs(c, "query", "queryParameters", "specifyQuery", "jsonQuery")
	}
	if c.FixedFlag("sendHeaders", false) {
		r.headers = newPairs(c, "header", "headerParameters", "specifyHeaders", "jsonHeaders")
	}
	refuse(c)
	r.client = newClient(transport, o, newRedirects(c, o))
	return r, nil
}

// refuse notes what n8n's step can do and this one cannot.
func refuse(c *nodes.Compile) {
	if auth := c.FixedText("authentication", "none"); auth != "none" {
		c.Problem("authentication", "credentials (%q) are not supported yet; choose \"none\" and send a header instead", auth)
	}
	if c.FixedFlag("provideSslCertificates", false) {
		c.Problem("provideSslCertificates", "client certificates are not supported yet; switch it off")
	}
	for _, option := range []string{"pagination", "proxy"} { // without it another request would be sent
		if v := c.Raw("options." + option); !v.IsNullish() {
			c.Problem("options."+option, "the option is not supported yet; remove it")
		}
	}
	if url := c.Raw("url"); url.IsUndefined() || url.ToString() == "" {
		c.Problem("url", "the request has no URL; give it one")
	}
}

// Repeat: a request may be sent again where its method says that this changes
// nothing more.
func (r *httpRequest) Repeat() string {
	if _, fixed := r.methodAt.Fixed(); !fixed {
		return events.RepeatUnsafe
	}
	switch strings.ToUpper(r.method) {
	case "GET", "HEAD", "PUT", "DELETE", "OPTIONS":
		return events.RepeatSafe
	}
	return events.RepeatUnsafe
}

// Run sends one request for each item, one after the other.
func (r *httpRequest) Run(c *nodes.Call, in nodes.Inputs) (nodes.Result, error) {
	items := in.First()
	var out []item.Item
	for i := range items {
		made, err := r.one(c, i, len(items))
		if err != nil {
			failed, err := c.Failed(i, err)
			if err != nil {
				return nodes.Result{}, err
			}
			made = []item.Item{failed}
		}
		out = append(out, made...)
	}
	return nodes.One(out), nil
}
