package debug

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/jobsprint/jobsprint/item"
)

const nanoidLetters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

// randomKinds are the kinds of random data, the default first.
var randomKinds = []struct{ name, label string }{
	{"user", "People"}, {"address", "Addresses"}, {"latLong", "Coordinates"}, {"creditCard", "Credit cards"}, {"email", "Email addresses"}, {"ipv4", "IPv4"},
	{"ipv6", "IPv6"}, {"macAddress", "MAC addresses"}, {"nanoid", "NanoIDs"}, {"url", "URLs"}, {"uuid", "UUIDs"}, {"semver", "Versions"},
}

var (
	firstNames = []string{"Ada", "Alan", "Barbara", "Edsger", "Frances", "Grace", "John", "Katherine", "Ken", "Margaret", "Niklaus", "Radia"}
	lastNames  = []string{"Allen", "Dijkstra", "Hamilton", "Hopper", "Johnson", "Liskov", "Lovelace", "McCarthy", "Perlman", "Thompson", "Turing", "Wirth"}
	streets    = []string{"Harbour Road", "Mill Lane", "Station Street", "Church Walk", "Orchard Way", "Bridge Street"}
	cities     = []string{"Springfield", "Riverton", "Lakeside", "Hillview", "Eastport", "Norwood"}
	states     = []string{"Oregon", "Vermont", "Utah", "Maine", "Iowa", "Texas"}
)

// chance makes values of chance from one source.
type chance struct {
	*rand.Rand
	letters string // of a nanoid
	length  int
}

func (r chance) of(list []string) string { return list[r.IntN(len(list))] }

func (r chance) hex(n int) string {
	out := make([]byte, n)
	for i := range out {
		out[i] = "0123456789abcdef"[r.IntN(16)]
	}
	return string(out)
}

func (r chance) digits(n int) string {
	out := make([]byte, n)
	for i := range out {
		out[i] = '0' + byte(r.IntN(10))
	}
	return string(out)
}

func one(key, text string) item.Value {
	return item.NewObject(1).Set(key, item.String(text)).Value()
}

// value is one of a kind; those that are not known are UUIDs.
func (r chance) value(kind string) item.Value {
	switch kind {
	case "user":
		return r.person()
	case "address":
		return texts("firstname", r.of(firstNames), "lastname", r.of(lastNames), "street", fmt.Sprintf("%d %s", 1+r.IntN(200), r.of(streets)),
			"city", r.of(cities), "zip", r.digits(5), "state", r.of(states), "country", "United States")
	case "latLong":
		place := item.NewObject(2).Set("latitude", item.Number(r.Float64()*180-90)).Set("longitude", item.Number(r.Float64()*360-180)).Value()
		return place
	case "creditCard":
		return texts("type", "TEST", "number", "0000 "+r.digits(4)+" "+r.digits(4)+" "+r.digits(4), "ccv", r.digits(3), "exp", fmt.Sprintf("%02d/%02d", 1+r.IntN(12), 30+r.IntN(10)),
			"holder_name", r.of(firstNames)+" "+r.of(lastNames))
	case "email":
		return texts("email", r.email(), "confirmed", fmt.Sprint(r.IntN(2) == 0))
	case "ipv4":
		return one("ip", fmt.Sprintf("192.0.2.%d", r.IntN(256)))
	case "ipv6":
		return one("ipv6", "2001:db8::"+r.hex(4)+":"+r.hex(4))
	case "macAddress":
		return one("mac", strings.Join([]string{"02", r.hex(2), r.hex(2), r.hex(2), r.hex(2), r.hex(2)}, ":"))
	case "nanoid":
		return one("nanoId", r.nanoid())
	case "url":
		return one("url", "https://"+strings.ToLower(r.of(lastNames))+".example/"+r.hex(6))
	case "semver":
		return one("version", fmt.Sprintf("%d.%d.%d", r.IntN(10), r.IntN(20), r.IntN(50)))
	}
	return one("uuid", r.hex(8)+"-"+r.hex(4)+"-4"+r.hex(3)+"-a"+r.hex(3)+"-"+r.hex(12))
}

func texts(pairs ...string) item.Value {
	o := item.NewObject(len(pairs) / 2)
	for i := 0; i+1 < len(pairs); i += 2 {
		o.Set(pairs[i], item.String(pairs[i+1]))
	}
	return o.Value()
}

func (r chance) person() item.Value {
	return texts("uid", r.hex(8)+"-"+r.hex(4)+"-4"+r.hex(3)+"-a"+r.hex(3)+"-"+r.hex(12), "email", r.email(), "firstname", r.of(firstNames), "lastname", r.of(lastNames), "password", r.hex(12))
}

func (r chance) email() string {
	return strings.ToLower(r.of(firstNames)+"."+r.of(lastNames)) + "@example.com"
}

func (r chance) nanoid() string {
	runes := []rune(r.letters)
	out := make([]rune, r.length)
	for i := range out {
		out[i] = runes[r.IntN(len(runes))]
	}
	return string(out)
}
