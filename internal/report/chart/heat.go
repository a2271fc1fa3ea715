package chart

import (
	"math"

	"github.com/go-analyze/charts"
)

// Heat is a table of values as shades; NaN is an empty cell.
type Heat struct {
	// Rows and Columns are labels.
	Rows, Columns []string
	// Values has a slice for each row with a value for each column.
	Values [][]float64
	// Height of a row in pixels (0: 22).
	RowHeight int
}

var _ Drawing = Heat{}

// SVG draws the map, in [Levels] shades from 0 to the highest value.
func (h Heat) SVG(width int) (string, error) {
	top := 0.0
	for _, row := range h.Values {
		for _, v := range row {
			if !math.IsNaN(v) {
				top = max(top, v)
			}
		}
	}
	levels := make([][]float64, len(h.Values))
	for y, row := range h.Values {
		levels[y] = make([]float64, len(row))
		for x, v := range row {
			levels[y][x] = charts.GetNullValue()
			if !math.IsNaN(v) {
				levels[y][x] = float64(Level(v, top)) / (Levels - 1)
			}
		}
	}
	height := h.RowHeight
	if height == 0 {
		height = 22
	}
	zero, one := 0.0, 1.0
	return draw(width, height*len(h.Rows)+axisHeight, func(p *charts.Painter) error {
		o := charts.NewHeatMapOptionWithData(levels)
		o.Theme = theme(warmth)
		o.Padding = charts.Box{Top: 2, Right: 2, Bottom: 2, Left: 2}
		o.ScaleMinValue, o.ScaleMaxValue = &zero, &one
		o.XAxis = charts.HeatMapAxis{Labels: thinned(h.Columns, width/30), LabelFontStyle: small, LabelCount: len(h.Columns)}
		o.YAxis = charts.HeatMapAxis{Labels: h.Rows, LabelFontStyle: small, LabelCount: len(h.Rows)}
		return p.HeatMapChart(o)
	})
}

// thinned blanks labels, evenly, until no more than n are left: the library drops them unevenly.
func thinned(labels []string, n int) []string {
	every := 1
	for every < len(labels) && (len(labels)+every-1)/every > max(n, 1) {
		every++
	}
	out := make([]string, len(labels))
	for i := 0; i < len(labels); i += every {
		out[i] = labels[i]
	}
	return out
}

// Level is the shade of a value between 0 and top.
func Level(v, top float64) int {
	if top <= 0 {
		return 0
	}
	return min(int(v/top*Levels), Levels-1)
}
