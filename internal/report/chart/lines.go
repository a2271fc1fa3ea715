package chart

import (
	"math"
	"slices"

	"github.com/go-analyze/charts"
)

// Line is one series; NaN is a gap. Class is 1 to 4 for quantities and forecasts, as in the style sheet's s1…s4.
type Line struct {
	Name   string
	Class  int
	Values []float64
}

// Lines is values over time.
type Lines struct {
	// Labels name the points, all of them; the axis shows as many as fit.
	Labels []string
	Lines  []Line
	// Limit draws a line of class s5 at that height; nil for none.
	Limit *float64
	// Format writes a value of the axis.
	Format func(float64) string
	Height int
}

var _ Drawing = Lines{}

// SVG draws the lines.
func (l Lines) SVG(width int) (string, error) {
	var values [][]float64
	var colors []charts.Color
	for _, one := range l.Lines {
		values = append(values, gaps(one.Values))
		colors = append(colors, series[one.Class-1])
	}
	if l.Limit != nil {
		values = append(values, slices.Repeat([]float64{*l.Limit}, len(l.Labels)))
		colors = append(colors, series[limitClass])
	}
	top, ticks := Scale(values...)
	bottom := 0.0
	svg, err := draw(width, l.Height, func(p *charts.Painter) error {
		o := charts.NewLineChartOptionWithData(values)
		o.Theme = theme(colors...)
		o.Padding = charts.Box{Top: 10, Right: 12, Bottom: 2, Left: 2}
		o.Symbol = charts.Symbol{Shape: charts.SymbolNone}
		o.LineStrokeWidth = 1.5
		for i, line := range l.Lines { // a value between two gaps would be no line, and invisible
			if alone(line.Values) {
				o.SeriesList[i].Symbol = charts.Symbol{Shape: charts.SymbolDot}
			}
		}
		labels, shown := spread(l.Labels, max(2, min(width/110, len(l.Labels))))
		o.XAxis = charts.XAxisOption{Labels: labels, LabelFontStyle: small, LabelCount: shown, BoundaryGap: charts.Ptr(false)}
		o.YAxis = []charts.YAxisOption{{Min: &bottom, Max: &top, LabelCount: ticks, LabelFontStyle: small, ValueFormatter: l.Format}}
		return p.LineChart(o)
	})
	return anchorEnd(svg, func(string) bool { return true }), err
}

// spread is how many labels to show so that they are evenly spaced up to the last, which the library always shows: at most that many.
// Where no number fits, the last label is blank, because it would lie on the one before.
func spread(labels []string, most int) ([]string, int) {
	for n := most; n >= 3; n-- {
		if (len(labels)-1)%(n-1) == 0 {
			return labels, n
		}
	}
	if len(labels) > most {
		labels = slices.Clone(labels)
		labels[len(labels)-1] = ""
	}
	return labels, most
}

// gaps puts the library's word for a missing value where there is none.
func gaps(values []float64) []float64 {
	out := slices.Clone(values)
	for i, v := range out {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			out[i] = charts.GetNullValue()
		}
	}
	return out
}

// alone reports whether a value has no neighbour.
func alone(values []float64) bool {
	for i, v := range values {
		if !math.IsNaN(v) && (i == 0 || math.IsNaN(values[i-1])) && (i == len(values)-1 || math.IsNaN(values[i+1])) {
			return true
		}
	}
	return false
}

// Scale is where an axis from 0 ends, at a round number above all values, and how many labels it has.
func Scale(values ...[]float64) (top float64, labels int) {
	highest := 0.0
	for _, v := range slices.Concat(values...) {
		if v != charts.GetNullValue() && !math.IsNaN(v) {
			highest = max(highest, v)
		}
	}
	if highest <= 0 || math.IsInf(highest, 0) {
		return 1, 2
	}
	step := math.Pow(10, math.Floor(math.Log10(highest)))
	for _, part := range []float64{0.2, 0.25, 0.5, 1, 2} {
		if n := math.Ceil(highest * 1.02 / (step * part)); n <= 5 {
			return n * step * part, int(n) + 1
		}
	}
	return 10 * step, 6
}
