package chart

import (
	"math"
	"slices"

	"github.com/go-analyze/charts"
)

// Line is one series; NaN is a gap. Class is 1 to 4 for quantities and forecasts, as in the style sheet's s1…s4.
type Line struct {
	// Name is for the key.
	Name  string
	Class int
	// Values has an entry for each label.
	Values []float64
}

// Band is the area between two series, NaN outside of it. It has no gaps within: a forecast begins once and continues to the end.
type Band struct {
	Low, High []float64
}

// Lines is values over time.
type Lines struct {
	// Labels name the points, all of them; the axis shows as many as fit.
	Labels []string
	// Lines are drawn in order, the last on top.
	Lines []Line
	// Band is filled below the lines, in class "band"; nil for none.
	Band *Band
	// Limit draws a line of class s5 at that height; nil for none.
	Limit *float64
	// Format writes a value of the axis.
	Format func(float64) string
	Height int
}

var _ Drawing = Lines{}

// SVG draws the lines.
func (l Lines) SVG(width int) (string, error) {
	all := l.drawn()
	top, ticks := Scale(all.scaled...)
	bottom := 0.0
	svg, err := draw(width, l.Height, func(p *charts.Painter) error {
		o := charts.NewLineChartOptionWithSeries(all.list)
		o.Theme = theme(all.colors...)
		o.Padding = charts.Box{Top: 10, Right: 12, Bottom: 2, Left: 2}
		o.Symbol = charts.Symbol{Shape: charts.SymbolNone}
		o.LineStrokeWidth = 1.5
		labels, shown := spread(l.Labels, max(2, min(width/110, len(l.Labels))))
		o.XAxis = charts.XAxisOption{Labels: labels, LabelFontStyle: small, LabelCount: shown, BoundaryGap: charts.Ptr(false)}
		axis := charts.YAxisOption{Min: &bottom, Max: &top, LabelCount: ticks, LabelFontStyle: small, ValueFormatter: l.Format}
		o.YAxis = []charts.YAxisOption{axis}
		if l.Band != nil {
			o.StackSeries, o.FillOpacity = charts.Ptr(true), 255 // the style sheet makes it translucent
			noAxis := axis
			noAxis.Show = charts.Ptr(false)
			o.YAxis = append(o.YAxis, noAxis)
		}
		return p.LineChart(o)
	})
	return anchorEnd(svg, func(string) bool { return true }), err
}

// drawn is what the library gets: series with their colors, and the values that the scale must hold.
type drawn struct {
	list   charts.LineSeriesList
	colors []charts.Color
	scaled [][]float64
}

// drawn makes a band of two stacked areas, the lower one unseen: the library stacks the series of its first axis only, and fills no
// others, so that with a band the lines are on a second axis, of the same scale.
func (l Lines) drawn() drawn {
	var d drawn
	axis := 0
	if l.Band != nil {
		axis = 1
		between := make([]float64, len(l.Band.Low))
		for i, low := range l.Band.Low {
			between[i] = l.Band.High[i] - low
		}
		d.list = charts.NewSeriesListLine([][]float64{gaps(l.Band.Low), gaps(between)})
		d.colors, d.scaled = []charts.Color{unseen, band}, [][]float64{l.Band.High}
	}
	add := func(values []float64, color charts.Color) *charts.LineSeries {
		one := charts.NewSeriesListLine([][]float64{gaps(values)})[0]
		one.YAxisIndex = axis
		d.list, d.colors, d.scaled = append(d.list, one), append(d.colors, color), append(d.scaled, values)
		return &d.list[len(d.list)-1]
	}
	for _, line := range l.Lines {
		s := add(line.Values, series[line.Class-1])
		if isolated(line.Values) { // a value between two gaps would be no line, and invisible
			s.Symbol = charts.Symbol{Shape: charts.SymbolDot}
		}
	}
	if l.Limit != nil {
		add(slices.Repeat([]float64{*l.Limit}, len(l.Labels)), series[limitClass])
	}
	return d
}

// spread is how many labels to show so that they are evenly spaced up to the last, which the library always shows: at most that
// many. Where no number fits, the last label is blank, because it would lie on the one before.
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

// isolated reports whether a value has no neighbour.
func isolated(values []float64) bool {
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
