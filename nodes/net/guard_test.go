package net

import (
	"errors"
	"net/netip"
	"testing"
)

func TestReserved(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"8.8.8.8": "", "2606:4700::1111": "", "172.32.0.1": "", "100.128.0.1": "",
		"127.9.9.9": "loopback", "::1": "loopback", "10.1.2.3": "private", "172.16.0.1": "private", "192.168.1.1": "private", "fd00::1": "private",
		"169.254.169.254": "link-local", "fe80::1": "link-local", "224.0.0.1": "multicast", "ff02::1": "multicast",
		"0.0.0.0": "unspecified", "::": "unspecified", "0.1.2.3": "of this host", "100.64.0.1": "shared by a carrier",
		"255.255.255.255": "reserved", "240.0.0.1": "reserved", "198.18.0.1": "reserved", "2001:db8::1": "reserved", "fec0::1": "private",
		"64:ff9b::7f00:1": "loopback", "64:ff9b::808:808": "", "2002:a00:1::1": "private", "2002:808:808::1": "", "::7f00:1": "loopback",
	} {
		if got := reserved(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}

func TestControlLooksAtTheResolvedAddress(t *testing.T) {
	t.Parallel()
	g, err := newGuard([]string{"10.0.0.0/8", "fd00::1", "[::1]:80", ""})
	if err != nil {
		t.Fatal(err)
	}
	for address, allowed := range map[string]bool{
		"8.8.8.8:443": true, "10.2.3.4:80": true, "[fd00::1]:1": true, "[fd00::2]:1": false, "[::1]:80": true, "[::1]:81": false,
		"[::ffff:10.0.0.1]:80": true, "[::ffff:192.168.0.1]:80": false, "[fe80::1%eth0]:80": false, "nonsense": false,
	} {
		err := g.control("tcp", address, nil)
		if (err == nil) != allowed || (err != nil && !errors.Is(err, ErrBlocked)) {
			t.Errorf("%s: %v, want allowed %v", address, err, allowed)
		}
	}
}
