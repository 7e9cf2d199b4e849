package net

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"syscall"
)

// ErrBlocked is the reason of a [BlockedError].
var ErrBlocked = errors.New("address is not allowed")

// BlockedError says that a request was not sent because of where it would have
// gone. errors.Is(err, [ErrBlocked]) holds.
type BlockedError struct {
	Address string // what was resolved, with its port
	Reason  string // such as "loopback"
}

// Error says what to do where the address is meant.
func (e *BlockedError) Error() string {
	return fmt.Sprintf("the address %s is %s and must not be reached; if it is meant, list its host or network in JOBSPRINT_HTTP_ALLOW", e.Address, e.Reason)
}

// Unwrap returns [ErrBlocked].
func (e *BlockedError) Unwrap() error { return ErrBlocked }

// guard decides which addresses may be dialled. It looks at what a name was
// resolved to, at the moment of the connection, so that a name cannot resolve
// to one address when it is checked and to another when it is used.
type guard struct {
	ranges []netip.Prefix
	hosts  map[string]bool // "host" or "host:port", lower case
}

func newGuard(allow []string) (*guard, error) {
	g := &guard{hosts: make(map[string]bool)}
	for _, entry := range allow {
		entry = strings.ToLower(strings.TrimSpace(entry))
		if entry == "" {
			continue
		}
		if prefix, err := netip.ParsePrefix(entry); err == nil {
			g.ranges = append(g.ranges, prefix.Masked())
			continue
		}
		if addr, err := netip.ParseAddr(strings.Trim(entry, "[]")); err == nil {
			g.ranges = append(g.ranges, netip.PrefixFrom(addr.Unmap(), addr.Unmap().BitLen()))
			continue
		}
		if strings.ContainsAny(entry, "/ @?#") {
			return nil, fmt.Errorf("the allowed address %q is neither a host, a host:port nor a network such as 10.0.0.0/8", entry)
		}
		g.hosts[entry] = true
	}
	return g, nil
}

// allowsHost reports whether a host was allowed by name.
func (g *guard) allowsHost(hostPort string) bool {
	hostPort = strings.ToLower(hostPort)
	host, _, err := net.SplitHostPort(hostPort)
	return g.hosts[hostPort] || (err == nil && g.hosts[host])
}

// control refuses a connection to an address that is neither public nor
// allowed. It is a net.Dialer's Control.
func (g *guard) control(_, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return &BlockedError{Address: address, Reason: "not an IP address"}
	}
	addr := at.Addr().Unmap().WithZone("")
	reason := reserved(addr)
	if reason == "" || g.hosts[net.JoinHostPort(addr.String(), fmt.Sprint(at.Port()))] {
		return nil
	}
	for _, prefix := range g.ranges {
		if prefix.Contains(addr) {
			return nil
		}
	}
	return &BlockedError{Address: address, Reason: reason}
}

// notPublic are the ranges that [netip.Addr] has no question for, from the
// special-purpose registries of IANA.
var notPublic = []struct {
	prefix netip.Prefix
	reason string
}{
	{netip.MustParsePrefix("0.0.0.0/8"), "of this host"},
	{netip.MustParsePrefix("100.64.0.0/10"), "shared by a carrier"},
	{netip.MustParsePrefix("192.0.0.0/24"), "reserved"},
	{netip.MustParsePrefix("192.0.2.0/24"), "reserved"},
	{netip.MustParsePrefix("198.18.0.0/15"), "reserved"},
	{netip.MustParsePrefix("198.51.100.0/24"), "reserved"},
	{netip.MustParsePrefix("203.0.113.0/24"), "reserved"},
	{netip.MustParsePrefix("240.0.0.0/4"), "reserved"},
	{netip.MustParsePrefix("64:ff9b:1::/48"), "reserved"},
	{netip.MustParsePrefix("100::/64"), "reserved"},
	{netip.MustParsePrefix("2001:db8::/32"), "reserved"},
	{netip.MustParsePrefix("fec0::/10"), "private"},
}

// embedding are IPv6 ranges that hold an IPv4 address, which is what counts, at
// a byte offset.
var embedding = []struct {
	prefix netip.Prefix
	offset int
}{
	{netip.MustParsePrefix("::/96"), 12}, // IPv4-compatible
	{netip.MustParsePrefix("64:ff9b::/96"), 12},
	{netip.MustParsePrefix("2002::/16"), 2}, // 6to4
}

// reserved says what an address is that is not public; "" for a public one.
func reserved(addr netip.Addr) string {
	switch {
	case addr.IsUnspecified():
		return "unspecified"
	case addr.IsLoopback():
		return "loopback"
	case addr.IsPrivate():
		return "private"
	case addr.IsLinkLocalUnicast():
		return "link-local"
	case addr.IsMulticast():
		return "multicast"
	}
	for _, r := range notPublic {
		if r.prefix.Contains(addr) {
			return r.reason
		}
	}
	for _, e := range embedding {
		if e.prefix.Contains(addr) {
			bytes := addr.As16()
			return reserved(netip.AddrFrom4([4]byte(bytes[e.offset : e.offset+4])))
		}
	}
	return ""
}
