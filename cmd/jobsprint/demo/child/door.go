package child

import (
	"net/http"
	"strings"
	"sync"
)

// DoorBase is the base address for clients whose requests go through a [Door],
// wherever the server is at the moment.
const DoorBase = "http://server"

// Door is the way to a server that comes and goes, each time on another port. A
// request waits while there is none, so that a stream comes back by itself.
type Door struct {
	transport *http.Transport
	mu        sync.Mutex
	address   string
	opened    chan struct{} // closed while the server is there
}

// NewDoor makes a shut door.
func NewDoor() *Door {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.Proxy = nil // the server is on this machine
	return &Door{transport: t, opened: make(chan struct{})}
}

// Open leads requests to the server of a process. The door must be shut.
func (d *Door) Open(p *Process) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.address = strings.TrimPrefix(p.Address, "http://")
	close(d.opened)
}

// Shut makes requests wait. The door must be open.
func (d *Door) Shut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.opened = make(chan struct{})
}

func (d *Door) way() (address string, opened <-chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.address, d.opened
}

// RoundTrip sends a request to where the server is.
func (d *Door) RoundTrip(r *http.Request) (*http.Response, error) {
	_, opened := d.way()
	select {
	case <-opened:
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	address, _ := d.way()
	to := r.Clone(r.Context())
	to.URL.Host, to.Host = address, address
	return d.transport.RoundTrip(to)
}

// Close lets go of the connections that are kept.
func (d *Door) Close() { d.transport.CloseIdleConnections() }
