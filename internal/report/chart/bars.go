package chart

import (
	"slices"
	"unicode/utf8"

	"github.com/go-analyze/charts"
)

// Part is one part of every bar of [Bars], drawn after the one before. Class is as of [Line]; 5 is beyond a limit.
type Part struct {
	// Name is for the key.
	Name  string
	Class int
	// Values has an entry for each label; NaN is nothing.
	Values []float64
}

// Bars are horizontal, the first on top.
type Bars struct {
	// Labels name the bars.
	Labels []string
	// Parts follow each other in every bar.
	Parts []Part
	// Max is where the axis ends, with so many Steps to it; 0 takes a round number.
	Max   float64
	Steps int
	// Format writes a value of the axis.
	Format func(float64) string
}

var _ Drawing = Bars{}

const (
	barHeight  = 26
	axisHeight = 30
)

// SVG draws the bars; the labels may take about a third of the width.
func (b Bars) SVG(width int) (string, error) {
	labels, longest := make([]string, len(b.Labels)), 0
	for i, l := range b.Labels {
		labels[i] = shorten(l, max(width/25, 25))
		longest = max(longest, utf8.RuneCountInString(labels[i]))
	}
	slices.Reverse(labels)
	var values [][]float64
	var colors []charts.Color
	sums := make([]float64, len(labels))
	for _, part := range b.Parts {
		v := slices.Clone(part.Values)
		for i := range v {
			sums[i] += v[i]
		}
		slices.Reverse(v)
		values, colors = append(values, v), append(colors, series[part.Class-1])
	}
	top, ticks := b.Max, b.Steps+1
	if top == 0 {
		top, ticks = Scale(sums)
	}
	bottom := 0.0
	if width < 500 && ticks > 4 {
		ticks = (ticks-1)/2 + 1
	}
	svg, err := draw(width, barHeight*len(labels)+axisHeight, func(p *charts.Painter) error {
		o := charts.NewBarChartOptionWithData(values)
		o.Theme = theme(colors...)
		o.Horizontal, o.StackSeries = true, charts.Ptr(true)
		o.Padding = charts.Box{Top: 2, Right: 26, Bottom: 2,
			Left: 2 + longest} // a pixel a character: the reader's font may be wider than ours
		o.BarSize = 0.6
		o.CategoryAxis = charts.CategoryAxisOption{Labels: labels, LabelFontStyle: small, LabelCount: len(labels)}
		o.ValueAxis = []charts.ValueAxisOption{{Min: &bottom, Max: &top, LabelCount: ticks, LabelFontStyle: small,
			ValueFormatter: b.Format}}
		return p.BarChart(o)
	})
	return anchorEnd(svg, func(label string) bool { return slices.Contains(labels, label) }), err
}

// shorten cuts a label to n characters from the middle: names of topics differ at both ends.
func shorten(s string, n int) string {
	r := []rune(s)
	if len(r) <= n || n < 3 {
		return s
	}
	head := n / 2
	return string(r[:head]) + "…" + string(r[len(r)-(n-1-head):])
}
