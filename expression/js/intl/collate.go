package intl

import (
	"sync"

	"github.com/jobsprint/jobsprint/item"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// collator is an Intl.Collator (ECMA-402 10).
type collator struct {
	locale                        locale
	usage, sensitivity, caseFirst string
	collation                     string
	numeric, ignorePunctuation    bool

	mu    sync.Mutex // the library's collators serve one at a time
	order *collate.Collator
}

func newCollator(requested []string, values item.Value) (*collator, error) {
	l, err := negotiate(requested, "co", "kn", "kf")
	if err != nil {
		return nil, err
	}
	o := &options{service: "Collator", values: values}
	c := &collator{locale: l, usage: o.text("usage", "sort", "sort", "search")}
	o.text("localeMatcher", "best fit", "lookup", "best fit")
	c.collation = "default"
	if co, ok := l.tag.value("co"); ok {
		c.collation = co
	}
	if kn, ok := l.tag.value("kn"); ok {
		c.numeric = kn != "false"
	}
	if on, set := o.flag("numeric"); set {
		if c.numeric != on {
			c.locale.drop("kn")
		}
		c.numeric = on
	}
	c.caseFirst = o.text("caseFirst", "false", "upper", "lower", "false")
	if kf, ok := l.tag.value("kf"); ok && !o.has("caseFirst") {
		c.caseFirst = kf
	}
	c.sensitivity = o.text("sensitivity", "variant", "base", "accent", "case", "variant")
	c.ignorePunctuation, _ = o.flag("ignorePunctuation")
	if !o.has("ignorePunctuation") {
		c.ignorePunctuation = l.tag.language == "th"
	}
	if o.err != nil {
		return nil, o.err
	}
	c.order = c.newOrder()
	return c, nil
}

func (c *collator) newOrder() *collate.Collator {
	name := c.locale.tag.base()
	if c.collation != "default" {
		name += "-u-co-" + c.collation
	}
	t, err := language.Parse(name)
	if err != nil {
		t = language.Und
	}
	list := []collate.Option{}
	switch c.sensitivity {
	case "base":
		list = append(list, collate.Loose)
	case "accent":
		list = append(list, collate.IgnoreCase)
	case "case":
		list = append(list, collate.IgnoreDiacritics)
	}
	if c.numeric {
		list = append(list, collate.Numeric)
	}
	return collate.New(t, list...)
}

func (c *collator) compare(a, b string) int {
	if a == b {
		return 0
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.order.CompareString(a, b)
}

func (c *collator) resolved() item.Value {
	r := newRecord()
	r.text("locale", c.locale.tag.String())
	r.text("usage", c.usage)
	r.text("sensitivity", c.sensitivity)
	r.Set("ignorePunctuation", item.Bool(c.ignorePunctuation))
	r.text("collation", c.collation)
	r.Set("numeric", item.Bool(c.numeric))
	r.text("caseFirst", c.caseFirst)
	return r.Value()
}

func (c *collator) invoke(_ string, args []item.Value) (item.Value, error) {
	return item.Int(c.compare(argument(args, 0).ToString(), argument(args, 1).ToString())), nil
}
