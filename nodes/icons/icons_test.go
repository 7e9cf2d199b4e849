package icons_test

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/catalogue/full"
	"github.com/jobsprint/jobsprint/nodes/icons"
	"github.com/jobsprint/jobsprint/nodes/net"
)

func TestEveryStepTypeHasADrawing(t *testing.T) {
	t.Parallel()
	for _, d := range full.Definitions(net.Options{}) {
		if _, own := icons.Of(&d); !own {
			t.Errorf("%s has the icon %q, which nobody has drawn: draw nodes/icons/svg/%s.svg or choose one of %s",
				d.Type, d.Icon, d.Icon, strings.Join(icons.Names(), ", "))
		}
	}
}

func TestATypeWithoutDrawingHasItsGroups(t *testing.T) {
	t.Parallel()
	for group, want := range map[string]string{"trigger": "trigger", "flow": "flow", "data": "data", "files": "file", "net": "net", "other": "data"} {
		got, own := icons.Of(&nodes.Definition{Group: group, Icon: "nothing like it"})
		drawn, ok := icons.SVG(want)
		if own || !ok || string(got) != string(drawn) {
			t.Errorf("group %s has another drawing than %s", group, want)
		}
	}
	if _, ok := icons.SVG("../svg/set"); ok {
		t.Error("a name that leads elsewhere has a drawing")
	}
}

// A drawing takes the colour around it, has the common size, and cannot load or
// run anything.
func TestDrawingsAreAlikeAndHarmless(t *testing.T) {
	t.Parallel()
	harmless := map[string]bool{"svg": true, "path": true, "circle": true, "rect": true, "ellipse": true}
	for _, name := range icons.Names() {
		raw, _ := icons.SVG(name)
		if len(raw) > 2048 || !strings.Contains(string(raw), `viewBox="0 0 24 24"`) || !strings.Contains(string(raw), `stroke="currentColor"`) {
			t.Errorf("%s is not like the others: %.200s", name, raw)
		}
		elements, err := elementsOf(string(raw))
		if err != nil || len(elements) < 2 {
			t.Errorf("%s has the elements %v: %v", name, elements, err)
		}
		for _, e := range elements {
			if !harmless[e] {
				t.Errorf("%s has an element %s", name, e)
			}
		}
	}
}

func elementsOf(text string) (names []string, err error) {
	for d := xml.NewDecoder(strings.NewReader(text)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return names, nil
		}
		if err != nil {
			return names, err
		}
		if start, ok := token.(xml.StartElement); ok {
			names = append(names, start.Name.Local)
			for _, a := range start.Attr {
				if strings.HasPrefix(a.Name.Local, "on") || a.Name.Local == "href" {
					names = append(names, a.Name.Local)
				}
			}
		}
	}
}
