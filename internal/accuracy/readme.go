package accuracy

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/measure"
	"github.com/mskfit/mskfit/internal/texttable"
)

// Marks of the README between which its table stands.
const (
	ReadmeBegin = "<!-- accuracy: made by make accuracy -->\n"
	ReadmeEnd   = "<!-- end of accuracy -->\n"
)

// Readme is the summary for the README: how often a figure agrees with the brokers' counters, and where it does not.
func (d Document) Readme() string {
	var b strings.Builder
	b.WriteString(d.extent())
	t := texttable.New("figure", "agrees with the brokers' own counters", "not where, and what mskfit says then")
	for _, q := range quantities {
		s := d.Summarize(q)
		if s.Rows == 0 {
			continue
		}
		agrees := fmt.Sprintf("within 1 %% in %d of %d cases, within 3 %% in %d; within the stated bounds in %d", s.Within1,
			s.Rows, s.Within3, s.Inside)
		if s.Within1 == s.Rows && s.Inside == s.Rows {
			agrees = fmt.Sprintf("within 1 %% in all %d cases", s.Rows)
		}
		t.Row(q, agrees, d.exceptions(q))
	}
	for _, way := range []string{FromLog, FromCloudWatch} {
		d.readmePast(t, way)
	}
	t.Markdown(&b)
	return b.String()
}

// extent says what was run.
func (d Document) extent() string {
	var clusters, kinds []string
	seeds := map[uint64]bool{}
	for _, run := range d.Runs {
		cluster, _, _ := strings.Cut(run.Cluster, ",")
		clusters, seeds[run.Seed] = append(clusters, cluster), true
		for _, r := range run.Rows {
			if r.Scenario != AllOfIt {
				kinds = append(kinds, r.Scenario)
			}
		}
	}
	slices.Sort(kinds)
	kinds = slices.Compact(kinds)
	return fmt.Sprintf("Measured in %d runs on real Kafka (%s), with %d kinds of traffic; the load was drawn from %s.\n\n",
		len(d.Runs), strings.Join(slices.Compact(clusters), ", "), len(kinds), seedsOf(len(seeds)))
}

func seedsOf(n int) string {
	if n == 1 {
		return "one seed"
	}
	return fmt.Sprintf("%d seeds", n)
}

// exceptions are the scenarios in which a figure is off, the worst first.
func (d Document) exceptions(quantity string) string {
	var of []*offs
	for _, o := range d.allOff() {
		if o.quantity == quantity {
			of = append(of, o)
		}
	}
	slices.SortStableFunc(of, func(a, b *offs) int { return int(math.Copysign(1, worstOf(b)-worstOf(a))) })
	// Scenarios of which mskfit says the same stand together.
	var order []string
	together := map[string][]string{}
	for _, o := range of {
		_, says := cause(o.rows[0].Row)
		if together[says] == nil {
			order = append(order, says)
		}
		text := fmt.Sprintf("%s (%s", o.scenario, spread(o.rows))
		if out := o.outside(); out > 0 {
			text += fmt.Sprintf(", beyond the bounds in %d of %d", out, o.runs)
		}
		together[says] = append(together[says], text+")")
	}
	var parts []string
	for _, says := range order {
		scenarios := together[says]
		if more := len(scenarios) - readmeScenarios; more > 0 {
			scenarios = append(scenarios[:readmeScenarios:readmeScenarios], fmt.Sprintf("%d more", more))
		}
		parts = append(parts, strings.Join(scenarios, ", ")+": "+says)
	}
	if len(parts) == 0 {
		return "–"
	}
	return strings.Join(parts, "; ")
}

// readmeScenarios is how many scenarios the README names of which mskfit says the same.
const readmeScenarios = 3

func worstOf(o *offs) float64 {
	worst := 0.0
	for _, r := range o.rows {
		if off, ok := r.Off(); ok {
			worst = max(worst, math.Abs(off))
		} else {
			worst = max(worst, 1)
		}
	}
	return worst
}

// readmePast adds a row of what is read back; none where nothing was.
func (d Document) readmePast(t *texttable.Table, way string) {
	known, of, inside := 0, 0, 0
	var medians []float64
	for _, run := range d.Runs {
		for _, p := range run.Past {
			if p.Way != way || p.Quantity != BytesIn || p.Known == 0 {
				continue
			}
			known, of, inside = known+p.Known, of+p.Of, inside+p.Inside
			medians = append(medians, *p.Median)
		}
	}
	if of == 0 {
		return
	}
	t.Row("past bytes in, from "+way, fmt.Sprintf("median error %.1f %%; within the stated bounds in %d of %d hours and minutes",
		100*measure.Median(medians), inside, known), fmt.Sprintf("%d of %d unknown", of-known, of))
}
