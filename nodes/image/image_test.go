package image

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"

	"github.com/jobsprint/jobsprint/item"
	"github.com/jobsprint/jobsprint/nodes"
	"github.com/jobsprint/jobsprint/nodes/nodetest"
)

var (
	red   = color.NRGBA{0xff, 0, 0, 0xff}
	blue  = color.NRGBA{0, 0, 0xff, 0xff}
	white = color.NRGBA{0xff, 0xff, 0xff, 0xff}
)

// picture is 40 by 20: the left half red, the right half blue.
func picture(t *testing.T) []byte {
	t.Helper()
	img := blank(40, 20, red)
	for y := range 20 {
		for x := 20; x < 40; x++ {
			img.SetNRGBA(x, y, blue)
		}
	}
	return encoded(t, img)
}

func encoded(t *testing.T, img image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// do edits the picture and gives the item that comes out.
func do(t *testing.T, version float64, params string) (item.Item, *nodetest.Payloads, error) {
	t.Helper()
	store := nodetest.NewPayloads()
	it := item.Item{JSON: item.MustParse(`{"a":1}`)}
	it.Binary = it.Binary.With("data", store.Binary(t, item.Binary{MimeType: "image/png", FileName: "p.png"}, picture(t)))
	it.Binary = it.Binary.With("dot", store.Binary(t, item.Binary{MimeType: "image/png"}, encoded(t, blank(4, 4, white))))
	result, err := nodetest.Step{Definition: EditImage(), Version: version, Params: params, Payloads: store}.Run(t, nodes.Inputs{{it}})
	if err != nil {
		return item.Item{}, store, err
	}
	return result.Outputs[0][0], store, nil
}

func edited(t *testing.T, params string) *image.NRGBA {
	t.Helper()
	it, store, err := do(t, 1.1, params)
	if err != nil {
		t.Fatalf("%s: %v", params, err)
	}
	img, _, err := decode(store.Content(t, it, "data"))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func TestSizesAreN8ns(t *testing.T) {
	t.Parallel()
	for params, want := range map[string]string{
		`{"operation":"resize","width":20,"height":20}`:                                    "28x14",
		`{"operation":"resize","width":20,"height":20,"resizeOption":"minimumArea"}`:       "40x20",
		`{"operation":"resize","width":20,"height":20,"resizeOption":"ignoreAspectRatio"}`: "20x20",
		`{"operation":"resize","width":80,"height":80,"resizeOption":"onlyIfLarger"}`:      "40x20",
		`{"operation":"resize","width":20,"height":80,"resizeOption":"onlyIfLarger"}`:      "20x10",
		`{"operation":"resize","width":20,"height":20,"resizeOption":"onlyIfSmaller"}`:     "40x20",
		`{"operation":"resize","width":80,"height":80,"resizeOption":"onlyIfSmaller"}`:     "80x40",
		`{"operation":"resize","width":50,"height":200,"resizeOption":"percent"}`:          "20x40",
		`{"operation":"crop","width":10,"height":8,"positionX":35,"positionY":2}`:          "5x8",
		`{"operation":"rotate","rotate":90}`:                                               "20x40",
		`{"operation":"rotate","rotate":45}`:                                               "43x43",
		`{"operation":"border","borderWidth":3,"borderHeight":4}`:                          "46x28",
		`{"operation":"create","width":7,"height":9}`:                                      "7x9",
		`{"operation":"shear","degreesX":45}`:                                              "48x20",
		`{"operation":"blur","blur":2,"sigma":1}`:                                          "40x20",
		`{"operation":"multiStep","operations":{"operations":[{"operation":"rotate","rotate":-90},{"operation":"border","borderWidth":1,"borderHeight":0}]}}`: "22x40",
	} {
		b := edited(t, params).Bounds()
		if got := fmt.Sprintf("%dx%d", b.Dx(), b.Dy()); got != want {
			t.Errorf("%s: %s, want %s", params, got, want)
		}
	}
}

func TestPixelsAreWhereTheyShouldBe(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		params string
		x, y   int
		want   color.NRGBA
	}{
		{`{"operation":"crop","width":10,"height":10,"positionX":20,"positionY":0}`, 0, 0, blue},
		{`{"operation":"rotate","rotate":90}`, 10, 5, red},
		{`{"operation":"rotate","rotate":180}`, 5, 10, blue},
		{`{"operation":"rotate","rotate":45,"backgroundColor":"#00ff00ff"}`, 0, 0, color.NRGBA{0, 0xff, 0, 0xff}},
		{`{"operation":"border","borderWidth":3,"borderHeight":4,"borderColor":"#fff"}`, 0, 0, white},
		{`{"operation":"border","borderWidth":3,"borderHeight":4}`, 3, 4, red},
		{`{"operation":"transparent","color":"#ff0000"}`, 0, 0, color.NRGBA{0xff, 0, 0, 0}},
		{`{"operation":"draw","color":"white","startPositionX":2,"startPositionY":2,"endPositionX":6,"endPositionY":6}`, 6, 6, white},
		{`{"operation":"draw","color":"white","startPositionX":2,"startPositionY":2,"endPositionX":6,"endPositionY":6}`, 7, 6, red},
		{`{"operation":"draw","color":"white","startPositionX":0,"startPositionY":0,"endPositionX":18,"endPositionY":18,"cornerRadius":8}`, 0, 0, red},
		{`{"operation":"draw","primitive":"circle","color":"white","startPositionX":10,"startPositionY":10,"endPositionX":10,"endPositionY":15}`, 10, 12, white},
		{`{"operation":"draw","primitive":"line","color":"white","startPositionX":0,"startPositionY":5.5,"endPositionX":40,"endPositionY":5.5}`, 9, 5, white},
		{`{"operation":"composite","dataPropertyNameComposite":"dot","positionX":18,"positionY":0}`, 21, 3, white},
		{`{"operation":"composite","dataPropertyNameComposite":"dot","positionX":38,"positionY":18,"operator":"Difference"}`, 39, 19, color.NRGBA{0xff, 0xff, 0, 0xff}},
		{`{"operation":"composite","dataPropertyNameComposite":"dot","operator":"Multiply"}`, 1, 1, red},
		{`{"operation":"create","backgroundColor":"#01020304"}`, 1, 1, color.NRGBA{1, 2, 3, 4}},
		{`{"operation":"blur","blur":3,"sigma":2}`, 0, 10, red},
	} {
		if got := edited(t, c.params).NRGBAAt(c.x, c.y); got != c.want {
			t.Errorf("%s: %v at %d,%d, want %v", c.params, got, c.x, c.y, c.want)
		}
	}
	if got := edited(t, `{"operation":"blur","blur":3,"sigma":2}`).NRGBAAt(20, 10); got.R < 60 || got.B < 60 {
		t.Errorf("the edge is not blurred: %v", got)
	}
}

func TestTextIsDrawnAroundItsPlace(t *testing.T) {
	t.Parallel()
	drawn := func(version float64, params string) image.Rectangle {
		it, store, err := do(t, version, params)
		if err != nil {
			t.Fatal(err)
		}
		img, _, err := decode(store.Content(t, it, "data"))
		if err != nil {
			t.Fatal(err)
		}
		var r image.Rectangle
		for y := range img.Bounds().Dy() {
			for x := range img.Bounds().Dx() {
				if img.NRGBAAt(x, y).A > 0 {
					r = r.Union(image.Rect(x, y, x+1, y+1))
				}
			}
		}
		return r
	}
	multi := func(text string) string {
		return `{"operation":"multiStep","options":{"format":"png"},"operations":{"operations":[{"operation":"create","width":200,"height":100},{"operation":"text","positionX":100,"positionY":50,"lineLength":5,` + text + `}]}}`
	}
	old := drawn(1, multi(`"text":"Hi"`))
	if old.Min.X < 100 || old.Max.Y > 51 || old.Empty() {
		t.Errorf("version 1 begins at its place: %v", old)
	}
	centre := drawn(1.1, multi(`"text":"Hi"`))
	if centre.Min.X >= 100 || centre.Max.X <= 100 || centre.Min.Y >= 50 || centre.Max.Y <= 50 {
		t.Errorf("version 1.1 lies around its place: %v", centre)
	}
	if east := drawn(1.1, multi(`"text":"Hi","horizontalAlignment":"east","verticalAlignment":"north"`)); east.Max.X > 101 || east.Min.Y < 50 {
		t.Errorf("east and north: %v", east)
	}
	if two := drawn(1.1, multi(`"text":"Hello you"`)); two.Dy() < 2*centre.Dy() {
		t.Errorf("two lines are %v high, one %v", two, centre)
	}
}

func TestFormatsNamesAndKeys(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"bmp", "gif", "jpeg", "png", "tiff"} {
		it, store, err := do(t, 1, `{"operation":"resize","width":10,"height":10,"options":{"format":"`+format+`","destinationKey":"out","fileName":"x.dat","quality":80}}`)
		if err != nil {
			t.Fatal(format, err)
		}
		b, _ := it.Binary.Get("out")
		_, got, err := decode(store.Content(t, it, "out"))
		if got != format || err != nil || b.MimeType != "image/"+format || b.FileName != "x.dat" || b.FileType != "image" {
			t.Errorf("%s: %s %v %+v", format, got, err, b)
		}
		if _, kept := it.Binary.Get("data"); !kept || it.JSON.JSON() != `{"a":1}` {
			t.Errorf("%s: the source is gone", format)
		}
	}
	it, _, err := do(t, 1, `{"operation":"information"}`)
	if err != nil || it.JSON.Get("size").JSON() != `{"width":40,"height":20}` || it.JSON.Get("format").ToString() != "PNG" || !it.JSON.Get("a").IsUndefined() {
		t.Error(it.JSON.JSON(), err)
	}
}

func TestWhatCannotBeDoneIsSaid(t *testing.T) {
	t.Parallel()
	for params, want := range map[string]string{
		`{"operation":"resize","options":{"format":"webp"}}`:                              "cannot be written",
		`{"operation":"resize","width":100000,"height":100000}`:                           "million pixels",
		`{"operation":"border","borderWidth":100000}`:                                     "million pixels",
		`{"operation":"shear","degreesX":179.999}`:                                        "million pixels",
		`{"operation":"crop","positionX":100}`:                                            "at least one pixel",
		`{"operation":"border","borderColor":"no color"}`:                                 "not a color",
		`{"operation":"composite","dataPropertyNameComposite":"other"}`:                   "no binary field 'other'",
		`{"operation":"composite","dataPropertyNameComposite":"dot","operator":"Burn"}`:   "not known",
		`{"operation":"multiStep","operations":{"operations":[{"operation":"unheard"}]}}`: "not known",
		`{"operation":"resize","dataPropertyName":"other"}`:                               "no binary field 'other'",
	} {
		if _, _, err := do(t, 1, params); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", params, err, want)
		}
	}
	if _, _, err := decode([]byte("junk")); err == nil {
		t.Error("junk is an image")
	}
}

func TestOperatorsKeepToTheirRange(t *testing.T) {
	t.Parallel()
	levels := []float64{0, 0.25, 0.5, 1}
	for name, mix := range operators {
		for _, s := range levels {
			for _, d := range levels {
				for _, a := range levels {
					for i, v := range mix(rgba{s, s, s, a}, rgba{d, d, d, 1 - a}) {
						if v < 0 || v > 1.0001 {
							t.Errorf("%s of %v over %v with %v gives %v in %d", name, s, d, a, v, i)
						}
					}
				}
			}
		}
	}
}
