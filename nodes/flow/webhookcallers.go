package flow

import (
	"net/netip"
	"regexp"
	"strings"

	"github.com/jobsprint/jobsprint/events"
	"github.com/jobsprint/jobsprint/nodes"
)

// callers says who may call a webhook.
type callers struct {
	prefixes []netip.Prefix
	listed   bool
	people   bool // robots may not
}

// robots is what programs that walk the web call themselves.
var robots = regexp.MustCompile(`(?i)bot\b|bot/|crawl|spider|slurp|facebookexternalhit|embedly|preview|headlesschrome`)

func newCallers(c *nodes.Compile) callers {
	out := callers{people: c.FixedFlag("options.ignoreBots", false)}
	for part := range strings.SplitSeq(c.FixedText("options.ipWhitelist", ""), ",") {
		part = strings.TrimSpace(part)
		if part == "" {
			continue
		}
		out.listed = true
		prefix, err := netip.ParsePrefix(part)
		if err != nil {
			var address netip.Addr
			if address, err = netip.ParseAddr(part); err == nil {
				prefix = netip.PrefixFrom(address, address.BitLen())
			}
		}
		if err != nil {
			c.Problem("options.ipWhitelist", "%q is no address; give addresses or networks such as 10.0.0.0/8, separated by commas", part)
			continue
		}
		out.prefixes = append(out.prefixes, prefix)
	}
	return out
}

// refuse answers whoever may not call; nil: he may.
func (c *callers) refuse(r *nodes.Request) *events.RunResponded {
	if c.listed && !c.lists(r.Peer) {
		return &events.RunResponded{Status: 403, Body: []byte("IP is not allowed to access the webhook!")}
	}
	if c.people && robots.MatchString(header(r, "user-agent")) {
		return &events.RunResponded{Status: 403, Body: []byte("Authorization data is wrong!")}
	}
	return nil
}

func (c *callers) lists(peer string) bool {
	address, err := netip.ParseAddr(peer)
	if err != nil {
		return false
	}
	for _, p := range c.prefixes {
		if p.Contains(address.Unmap().WithZone("")) {
			return true
		}
	}
	return false
}
