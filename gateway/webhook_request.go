package gateway

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/handlers"
	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
)

// webhookRequest turns a request into what a webhook step sees. params are those
// of the path.
func (g *Gateway) webhookRequest(w http.ResponseWriter, r *http.Request, params []events.Header) (*nodes.Request, error) {
	query, err := queryValue(r.URL.RawQuery)
	if err != nil {
		return nil, err
	}
	raw, err := readBody(w, r, MaxWebhookBytes, "A webhook's body")
	if err != nil {
		return nil, err
	}
	body, files, err := parseBody(r.Header.Get("Content-Type"), raw)
	if err != nil {
		return nil, err
	}
	return &nodes.Request{
		Method: r.Method, URL: g.baseURL(r) + r.RequestURI, Headers: headerList(r), Params: params,
		Query: query, Body: body, Raw: raw, Files: files, Mode: "production", Peer: peerOf(r),
	}, nil
}

// peerOf is the address of the other end, which may be a proxy's.
func peerOf(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return ""
	}
	return host
}

// storeFor keeps a request's binary data for the run that it is about to start,
// whose id is reserved when something is kept.
func (g *Gateway) storeFor(ctx context.Context, workspace string, run *handlers.Reservation) func(string, []byte) (item.Ref, error) {
	return func(mediaType string, data []byte) (item.Ref, error) {
		if run.Run == "" {
			*run = g.Engine.Reserve(ctx, workspace)
		}
		return run.Store(mediaType, data)
	}
}

// headerList gives the headers with names in lower case, sorted by name (their
// order on the wire is not known), values of one name joined as HTTP joins them.
func headerList(r *http.Request) []events.Header {
	list := make([]events.Header, 0, len(r.Header)+1)
	if r.Host != "" {
		list = append(list, events.Header{Name: "host", Value: r.Host})
	}
	for name, values := range r.Header {
		value := ""
		if len(values) > 0 {
			value = values[0]
		}
		if len(values) > 1 {
			value = strings.Join(values, separator(name))
		}
		list = append(list, events.Header{Name: lowerName(name), Value: strings.ToValidUTF8(value, "\uFFFD")})
	}
	slices.SortFunc(list, func(a, b events.Header) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// separator joins several values of a header; cookies have one of their own.
func separator(name string) string {
	if name == "Cookie" {
		return "; "
	}
	return ", "
}

// lowerNames holds the names that most requests carry, so that lowering them
// allocates nothing.
var lowerNames = func() map[string]string {
	names := []string{
		"accept", "accept-encoding", "accept-language", "authorization", "cache-control", "connection", "content-length",
		"content-type", "cookie", "forwarded", "idempotency-key", "origin", "pragma", "referer", "traceparent", "tracestate",
		"user-agent", "via", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "x-request-id",
	}
	m := make(map[string]string, len(names))
	for _, n := range names {
		m[http.CanonicalHeaderKey(n)] = n
	}
	return m
}()

func lowerName(name string) string {
	if low, ok := lowerNames[name]; ok {
		return low
	}
	return strings.ToLower(name)
}

var emptyObject = item.NewObject(0).Value()

// maxQueryValues bounds how many parameters a query or form may have.
const maxQueryValues = 1000

// queryValue turns a query into an object: a name that is repeated gets an
// array. Names keep the order in which they first come.
func queryValue(raw string) (item.Value, error) {
	if raw == "" {
		return emptyObject, nil
	}
	v, err := pairsValue(raw)
	if err != nil {
		return v, refuse(codeInvalidParameter, "The query is not valid: "+err.Error()+".").param("query")
	}
	return v, nil
}

// pairsValue reads name=value&… as browsers and n8n do: "+" is a space.
func pairsValue(raw string) (item.Value, error) {
	if strings.Count(raw, "&") >= maxQueryValues {
		return item.Undefined, errTooManyPairs
	}
	b := item.NewObject(strings.Count(raw, "&") + 1)
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		key, err := unescape(name)
		if err != nil {
			return item.Undefined, err
		}
		text, err := unescape(value)
		if err != nil {
			return item.Undefined, err
		}
		addPair(b, key, item.String(text))
	}
	return b.Value(), nil
}

func unescape(s string) (string, error) {
	if strings.IndexByte(s, '%') >= 0 || strings.IndexByte(s, '+') >= 0 {
		var err error
		if s, err = url.QueryUnescape(s); err != nil {
			return "", err
		}
	}
	return strings.ToValidUTF8(s, "\uFFFD"), nil
}

// addPair puts a value under its name, as an array from the second one on.
func addPair(b *item.ObjectBuilder, name string, v item.Value) {
	before, ok := b.Get(name)
	if !ok {
		b.Set(name, v)
		return
	}
	if list, ok := before.Elems(); ok {
		b.Set(name, item.Array(append(list[:len(list):len(list)], v)))
		return
	}
	b.Set(name, item.Array([]item.Value{before, v}))
}
