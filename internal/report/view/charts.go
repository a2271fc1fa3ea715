package view

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/mskfit/mskfit/internal/report/chart"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// Chart is a drawing with its words and the table behind it.
type Chart struct {
	// ID is unique on the page and good for an anchor.
	ID, Title string
	// Says is the drawing in one sentence: what it shows, and its highest and lowest.
	Says string
	// Drawing draws the SVG.
	Drawing chart.Drawing
	// Key names the colours: class ("s1", "s5") and meaning.
	Key []Key
	// Columns and Rows are the same numbers as a table.
	Columns []string
	// Rows are as wide as Columns; empty where the drawing repeats a table of the page.
	Rows [][]string
}

// Key is one entry of a legend.
type Key struct {
	// Class is of the style sheet ("s1", "h0"); Name is what the color means.
	Class, Name string
}

// charts are the drawings over time, or the reason why there are none.
func charts(v verdict.Verdict, past Past) (out []Chart, missing string) {
	for _, f := range []struct {
		name  string
		class int
		of    []Point
		rule  string
	}{{"Ingress", 1, past.Ingress, "ingress"}, {"Egress", 2, past.Egress, "egress"}} {
		if len(f.of) > 1 {
			out = append(out, flowChart(v, f.name, f.class, f.rule, past, f.of))
		}
	}
	if len(past.Days) > 2 {
		out = append(out, dailyChart(v, past.Days))
	}
	if c, ok := weekChart(past.Week, zoneWords(past.zone(), v.At)); ok {
		out = append(out, c)
	}
	if len(out) == 0 {
		return nil, past.Missing
	}
	return out, ""
}

// flowChart is one rate over time, with the limit of the choice where that is not far above.
func flowChart(v verdict.Verdict, name string, class int, rule string, past Past, of []Point) Chart {
	step, zone := past.Step, past.zone()
	where := zoneWords(zone, of[len(of)-1].At)
	c := Chart{ID: "chart-" + strings.ToLower(name), Title: name + " over time",
		Columns: []string{"Time (" + where + ")", "Mean", "Peak"}}
	var means, peaks []float64
	var labels []string
	layout := timeLayout(of[len(of)-1].At.Sub(of[0].At))
	low, high, highAt := math.Inf(1), 0.0, of[0].At
	next := 0
	for at := of[0].At; !at.After(of[len(of)-1].At); at = at.Add(step) {
		labels = append(labels, at.In(zone).Format(layout))
		if next < len(of) && !of[next].At.After(at) {
			p := of[next]
			next++
			means, peaks = append(means, p.Mean), append(peaks, p.Max)
			c.Rows = append(c.Rows, []string{p.At.In(zone).Format("2006-01-02 15:04"), byteRate(p.Mean), byteRate(p.Max)})
			low = min(low, p.Mean)
			if p.Max > high {
				high, highAt = p.Max, p.At
			}
			continue
		}
		means, peaks = append(means, math.NaN()), append(peaks, math.NaN())
		if n := len(c.Rows); n > 0 && c.Rows[n-1][1] != "no data" {
			c.Rows = append(c.Rows, []string{at.In(zone).Format("2006-01-02 15:04"), "no data", "no data"})
		}
	}
	lines := chart.Lines{Labels: labels, Height: 190, Format: byteRate,
		Lines: []chart.Line{{Name: "Peak", Class: 3, Values: peaks}, {Name: "Mean", Class: class, Values: means}}}
	c.Key = []Key{{fmt.Sprintf("s%d", class), "mean of " + length(step)}, {"s3", "highest minute"}}
	c.Says = fmt.Sprintf("%s from %s to %s (%s): lowest mean %s, highest %s on %s.", name, labels[0], labels[len(labels)-1], where,
		byteRate(low),
		byteRate(high), highAt.In(zone).Format("Jan 2 15:04"))
	c.addLimit(&lines, v, rule, high)
	c.Drawing = lines
	return c
}

// farAbove is from how many times the highest value on a limit is named rather than drawn: the rest of the chart would be flat.
const farAbove = 4

func (c *Chart) addLimit(lines *chart.Lines, v verdict.Verdict, rule string, high float64) {
	limit, name, ok := limitOf(v, rule)
	switch {
	case !ok:
	case limit > farAbove*high:
		c.Says += fmt.Sprintf(" The %s of %s is above the chart.", name, byteRate(limit))
	default:
		lines.Limit = &limit
		c.Key = append(c.Key, Key{"s5", name + ", " + byteRate(limit)})
		c.Says += fmt.Sprintf(" The %s is %s.", name, byteRate(limit))
	}
}

// limitOf is the limit on the whole cluster's ingress or egress, in bytes per second, of the choice, or of Serverless without one.
func limitOf(v verdict.Verdict, what string) (limit float64, name string, ok bool) {
	var o verdict.Option
	i := slices.IndexFunc(v.Options, func(o verdict.Option) bool { return o.Kind == verdict.Serverless })
	found := i >= 0
	if found {
		o = v.Options[i]
	}
	name = "Serverless quota"
	if v.Choice != nil {
		o, found = optionOf(v, *v.Choice)
		if o.Kind != verdict.Serverless {
			name = "limit of " + v.Choice.Name()
		}
	}
	if !found {
		return 0, "", false
	}
	for _, r := range o.Rules {
		_, id, _ := strings.Cut(r.ID, ".")
		if (id == what || id == what+"_per_cluster") && r.Limit != nil {
			if k := verdict.BaseUnits(r.Unit); k > 0 {
				return *r.Limit * k, name, true
			}
		}
	}
	return 0, "", false
}

var weekdays = []string{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"}

// weekChart is the mean ingress by hour of the week in the zone of that name; false with fewer than a day's hours.
func weekChart(week [7 * 24]Hour, where string) (Chart, bool) {
	c := Chart{ID: "chart-week", Title: "Ingress by hour of the week", Columns: []string{"Hour (" + where + ")"}}
	values := make([][]float64, 7)
	var hours []string
	high, highAt, seen := 0.0, 0, 0
	for d := range 7 {
		values[d] = make([]float64, 24)
		for h := range 24 {
			cell := week[d*24+h]
			values[d][h] = math.NaN()
			if cell.Minutes > 0 {
				values[d][h], seen = cell.Mean, seen+1
				if cell.Mean > high {
					high, highAt = cell.Mean, d*24+h
				}
			}
		}
	}
	if seen < 24 || high <= 0 {
		return c, false
	}
	c.Columns = append(c.Columns, weekdays...)
	for h := range 24 {
		hours = append(hours, fmt.Sprintf("%02d", h))
		row := []string{fmt.Sprintf("%02d:00", h)}
		for d := range 7 {
			text := none
			if !math.IsNaN(values[d][h]) {
				text = byteRate(values[d][h])
			}
			row = append(row, text)
		}
		c.Rows = append(c.Rows, row)
	}
	c.Says = fmt.Sprintf("Mean ingress by hour of the week (%s): the busiest hour is %s %02d:00 with %s.", where,
		weekdays[highAt/24], highAt%24,
		byteRate(high))
	c.Key = []Key{{"h0", byteRate(0)}, {"h7", byteRate(high)}}
	c.Drawing = chart.Heat{Rows: weekdays, Columns: hours, Values: values}
	return c, true
}

func timeLayout(d time.Duration) string {
	switch {
	case d > 4*24*time.Hour:
		return "Jan 2"
	case d > 20*time.Hour:
		return "Jan 2 15:04"
	case d > 10*time.Minute:
		return "15:04"
	}
	return "15:04:05"
}

// named is a name with a rate.
type named struct {
	name  string
	value float64
}

func appendNamed(to []named, name string, q *workload.Quantity) []named {
	if q == nil {
		return to
	}
	return append(to, named{Clean(name), q.Value})
}

// topChart is a ranking as bars; its table is the ranking itself.
func topChart(id, title string, of []named) *Chart {
	if len(of) < 2 {
		return nil
	}
	b := chart.Bars{Format: byteRate, Parts: []chart.Part{{Name: title, Class: 1}}}
	for _, n := range of {
		b.Labels, b.Parts[0].Values = append(b.Labels, n.name), append(b.Parts[0].Values, n.value)
	}
	return &Chart{ID: id, Title: title, Drawing: b,
		Says: fmt.Sprintf("%s: %s is first with %s.", title, of[0].name, byteRate(of[0].value))}
}

// barNames are the titles that are too long for the axis of a chart on a phone, where they would lose the words that distinguish
// them.
var barNames = map[string]string{
	"leader partitions of compacted topics":            "compacted partitions",
	"leader partitions of non-compacted topics":        "non-compacted partitions",
	"stored bytes of a partition of a compacted topic": "compacted partition size",
}

// bar is the use of one limit, as shares of it.
type bar struct {
	name            string
	mean, p99, peak float64
	known           bool
}

func newBar(r verdict.Rule, q *workload.Quantity) bar {
	b := bar{name: Clean(capital(cmp.Or(barNames[r.Title], r.Title)))}
	if r.Utilization == nil {
		return b
	}
	b.known, b.mean, b.p99, b.peak = true, *r.Utilization, *r.Utilization, *r.Utilization
	k := verdict.BaseUnits(r.Unit)
	if q == nil || r.Limit == nil || *r.Limit*k <= 0 {
		return b
	}
	limit := *r.Limit * k
	b.mean = q.Value / limit
	b.p99, b.peak = b.mean, max(b.mean, *r.Utilization)
	if q.P99 != nil {
		b.p99 = *q.P99 / limit
	}
	if q.Peak != nil {
		b.peak = max(b.peak, *q.Peak/limit)
	}
	return b
}

// negligible is the use below which a limit is left to the table, when there are others to draw.
const (
	negligible = 0.005
	mostBars   = 12
	beyond     = 1.5
)

// headroomChart draws the use of each limit: observed, p99 and peak in one bar, what is above the limit in its own colour.
func headroomChart(title string, bars []bar) *Chart {
	bars = slices.DeleteFunc(bars, func(b bar) bool { return !b.known || b.peak < negligible })
	if len(bars) == 0 {
		return nil
	}
	slices.SortStableFunc(bars, func(a, b bar) int { return -int(math.Copysign(1, a.peak-b.peak)) })
	bars = bars[:min(len(bars), mostBars)]
	d := chart.Bars{Max: 1, Steps: 4, Format: percent,
		Parts: []chart.Part{{Name: "mean", Class: 1}, {Name: "p99", Class: 2}, {Name: "peak", Class: 3},
			{Name: "above the limit", Class: 5}}}
	if bars[0].peak > 1 {
		d.Max, d.Steps = beyond, 6
	}
	p99, peak, over := false, false, false
	for _, b := range bars {
		d.Labels = append(d.Labels, b.name)
		done := 0.0
		for i, end := range []float64{b.mean, b.p99, b.peak} {
			end = min(end, 1)
			d.Parts[i].Values = append(d.Parts[i].Values, max(end-done, 0))
			done = max(done, end)
		}
		d.Parts[3].Values = append(d.Parts[3].Values, min(max(b.peak-1, 0), beyond-1))
		p99, peak, over = p99 || b.p99 > b.mean, peak || b.peak > max(b.mean, b.p99), over || b.peak > 1
	}
	c := &Chart{ID: "chart-" + anchor(title), Title: "Use of each limit", Drawing: d, Key: []Key{{"s1", "observed (mean)"}}}
	if p99 {
		c.Key = append(c.Key, Key{"s2", "p99"})
	}
	if peak {
		c.Key = append(c.Key, Key{"s3", "peak"})
	}
	if over {
		c.Key = append(c.Key, Key{"s5", "above the limit"})
	}
	c.Says = fmt.Sprintf("100 %% is the limit. The closest is %s: %s", lower(bars[0].name), percent(bars[0].peak))
	if top := bars[0]; percent(top.mean) != percent(top.peak) {
		c.Says += " at the peak, " + percent(top.mean) + " on average"
	}
	c.Says += "."
	return c
}

// anchor makes a text fit for an id.
func anchor(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s),
		func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }), "-")
}
