package msk

import (
	"fmt"
	"math"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

// grid holds datapoints: a row of slots for every series.
type grid struct {
	start  time.Time
	period time.Duration
	slots  int
	rows   [][]float64 // by the series' place in list; NaN: no datapoint
	list   []*series
	// broken says why a series is not complete; empty: it is.
	broken []string
	// guesses stand for what is missing, by the series' place and in the order of slots; see fill.
	guesses [][]guess
}

func newGrid(list []*series, start, end time.Time, period time.Duration) *grid {
	g := &grid{start: start, period: period, slots: int(end.Sub(start) / period), list: list, broken: make([]string, len(list))}
	flat := make([]float64, len(list)*g.slots)
	for i := range flat {
		flat[i] = math.NaN()
	}
	for i := range list {
		g.rows = append(g.rows, flat[i*g.slots:(i+1)*g.slots])
	}
	return g
}

// at is when a slot begins.
func (g *grid) at(slot int) time.Time { return g.start.Add(time.Duration(slot) * g.period) }

// put takes a datapoint over. A Sum or a number over several minutes becomes that of one (S-SMON: m1 × 60 ÷ PERIOD(m1)).
func (g *grid) put(i int, at time.Time, v float64) {
	slot := int(at.Sub(g.start) / g.period)
	if at.Before(g.start) || slot >= g.slots || !(v >= 0) || math.IsInf(v, 1) {
		return
	}
	if s := g.list[i].stat; s == sum || s == samples {
		v *= 60 / g.period.Seconds()
	}
	g.rows[i][slot] = v
}

func (g *grid) incomplete(of []int) (out []int) {
	for _, i := range of {
		if g.broken[i] != "" {
			out = append(out, i)
		}
	}
	return out
}

func (g *grid) empty() bool {
	for i := range g.list {
		if g.broken[i] == "" {
			return false
		}
	}
	return true
}

// take keeps what one page says of one series. A series is complete when the last page that names it says so.
func (g *grid) take(i int, r *types.MetricDataResult) {
	for k := range min(len(r.Timestamps), len(r.Values)) {
		g.put(i, r.Timestamps[k], r.Values[k])
	}
	switch r.StatusCode {
	case types.StatusCodeComplete, "":
		g.broken[i] = ""
	case types.StatusCodePartialData:
		g.broken[i] = "CloudWatch returned only part of its datapoints (PartialData)"
	case types.StatusCodeForbidden:
		g.broken[i] = "CloudWatch refuses the metric (Forbidden)"
	default:
		g.broken[i] = fmt.Sprintf("CloudWatch has an internal error (%s)", r.StatusCode)
	}
}

// perBlock is how many slots a block has; one where a slot is longer.
func (g *grid) perBlock() int { return max(1, int(block/g.period)) }
