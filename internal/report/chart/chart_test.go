package chart

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func plain(v float64) string { return strings.TrimRight(strings.Repeat("x", int(math.Min(v, 3))), " ") }

var drawings = map[string]Drawing{
	"lines": Lines{Labels: []string{"a", "b", "c", "d", "e"}, Height: 150, Format: plain, Limit: new(float64),
		Lines: []Line{{Name: "one", Class: 1, Values: []float64{1, 2, math.NaN(), 4, 5}}}},
	"band": Lines{Labels: []string{"a", "b", "c"}, Height: 150, Format: plain,
		Lines: []Line{{Name: "one", Class: 1, Values: []float64{1, 2, 3}}},
		Band:  &Band{Low: []float64{1, 1, 1}, High: []float64{1, 2, 3}}},
	"bars": Bars{Labels: []string{`<script>"&'`, "\u202e" + strings.Repeat("long-", 50)}, Format: plain,
		Parts: []Part{{Name: "p", Class: 1, Values: []float64{1, 2}}, {Name: "q", Class: 5, Values: []float64{0, 1}}}},
	"heat": Heat{Rows: []string{"Mon", "Tue"}, Columns: []string{"0", "1", "2"},
		Values: [][]float64{{0, 1, 2}, {3, 4, math.NaN()}}},
}

// The dashboard's policy forbids inline styles, and colours belong to the style sheet.
func TestSVGHasClassesAndNoStyle(t *testing.T) {
	forbidden := regexp.MustCompile(`style=|rgb\(|font-family|<script|\son\w+=`)
	for name, d := range drawings {
		for _, width := range []int{350, 940} {
			svg, err := d.SVG(width)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if found := forbidden.FindString(svg); found != "" {
				t.Errorf("%s at %d px holds %q:\n%s", name, width, found, svg)
			}
			if !strings.Contains(svg, `class="`) || !strings.Contains(svg, `aria-hidden="true"`) {
				t.Errorf("%s at %d px has no class, or is not hidden from screen readers", name, width)
			}
			dec := xml.NewDecoder(strings.NewReader(svg))
			for err == nil {
				_, err = dec.Token()
			}
			if !errors.Is(err, io.EOF) {
				t.Errorf("%s at %d px is no XML: %v", name, width, err)
			}
		}
	}
}

// A gap is drawn as a gap: the line has two parts.
func TestGapsAreDrawnAsGaps(t *testing.T) {
	path := regexp.MustCompile(`<path d="[^"]*" class="k-s1"`)
	for name, c := range map[string]struct {
		values []float64
		parts  int
	}{
		"whole":   {[]float64{1, 2, 3, 4, 5}, 1},
		"one gap": {[]float64{1, 2, math.NaN(), 4, 5}, 2},
	} {
		svg, err := Lines{Labels: []string{"a", "b", "c", "d", "e"}, Height: 150, Format: plain,
			Lines: []Line{{Class: 1, Values: c.values}}}.SVG(500)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(path.FindAllString(svg, -1)); got != c.parts {
			t.Errorf("%s is drawn in %d parts, want %d:\n%s", name, got, c.parts, svg)
		}
	}
}

// A band is filled where both of its edges are, and nowhere else, whatever gaps the lines have.
func TestABandIsFilledBetweenItsEdges(t *testing.T) {
	none := math.NaN()
	l := Lines{Labels: []string{"a", "b", "c", "d", "e", "f"}, Height: 150, Format: plain, Limit: new(9.0),
		Lines: []Line{{Class: 1, Values: []float64{1, 2, none, 3, none, none}},
			{Class: 4, Values: []float64{none, none, none, 3, 4, 5}}},
		Band: &Band{Low: []float64{none, none, none, 3, 3.5, 4}, High: []float64{none, none, none, 3, 6, 9}}}
	svg, err := l.SVG(500)
	if err != nil {
		t.Fatal(err)
	}
	filled := regexp.MustCompile(`<path d="M ([^"]*)" class="f-band"`).FindAllStringSubmatch(svg, -1)
	if len(filled) != 1 {
		t.Fatalf("%d filled areas, want 1:\n%s", len(filled), svg)
	}
	heights := map[string][2]int{} // by x: the highest and the lowest point of the area
	for _, point := range strings.Split(filled[0][1], " L ") {
		x, text, _ := strings.Cut(point, " ")
		y, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		h, seen := heights[x]
		if !seen {
			h = [2]int{y, y}
		}
		heights[x] = [2]int{min(h[0], y), max(h[1], y)}
	}
	thick := 0
	for _, h := range heights {
		if h[0] != h[1] {
			thick++
		}
	}
	if len(heights) != 6 || thick != 2 {
		t.Errorf("the area is thick at %d of %d points, want at the last 2 of 6: %s", thick, len(heights), filled[0][1])
	}
	if n := strings.Count(svg, `class="k-`); strings.Count(svg, `class="k-s1"`) == 0 || strings.Count(svg, `class="k-s4"`) != 1 ||
		strings.Count(svg, `class="k-s5"`) != 1 {
		t.Errorf("not all lines are there, of %d:\n%s", n, svg)
	}
}

func TestScaleEndsAtARoundNumber(t *testing.T) {
	for highest, want := range map[float64]float64{0: 1, 26.3e6: 30e6, 184e6: 200e6, 0.7: 0.8, 99: 100} {
		if top, labels := Scale([]float64{highest, math.NaN()}); top != want || labels < 2 || labels > 6 {
			t.Errorf("the scale of %g ends at %g with %d labels, want %g", highest, top, labels, want)
		}
	}
}

func TestLabelsAreThinnedEvenly(t *testing.T) {
	hours := strings.Fields("00 01 02 03 04 05 06 07 08 09 10 11")
	if got, want := thinned(hours, 4), []string{"00", "", "", "03", "", "", "06", "", "", "09", "", ""}; !slices.Equal(got, want) {
		t.Errorf("thinned to %q, want %q", got, want)
	}
}

// Labels that differ only in the middle stay apart on a phone, and there is room for a font that is wider than ours.
func TestLabelsOfBarsFitOnAPhone(t *testing.T) {
	labels := []string{"Compacted partitions", "Compacted partition size", "Non-compacted partitions"}
	b := Bars{Labels: labels, Max: 1, Steps: 4, Format: func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) },
		Parts: []Part{{Name: "mean", Class: 1, Values: []float64{0.2, 0.3, 0.4}}}}
	svg, err := b.SVG(350)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range labels {
		if !strings.Contains(svg, ">"+l+"<") {
			t.Errorf("the chart does not say %q", l)
		}
	}
	x, err := strconv.Atoi(firstLine.FindStringSubmatch(svg)[1])
	if widest := 24 * 7; err != nil || x-6 < widest || x > 350*3/5 {
		t.Errorf("the axis is at %d (error %v), want room for labels of %d pixels and at least two fifths for the bars", x, err,
			widest)
	}
}
