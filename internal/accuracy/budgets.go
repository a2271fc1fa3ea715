package accuracy

import (
	"fmt"
	"math"
	"strings"

	"github.com/mskfit/mskfit/internal/texttable"
)

// AllOfIt names the whole cluster among the scenarios.
const AllOfIt = "whole cluster"

// recompressed is the scenario whose log does not hold what was sent.
const recompressed = "broker recompresses"

// budget is what a share of figures has to keep to.
type budget struct {
	name  string
	of    func(Row) bool
	error float64
}

var budgets = []budget{
	{"bytes in of the cluster, within 1 %", func(r Row) bool { return r.Quantity == BytesIn && r.Scenario == AllOfIt }, 0.01},
	{"bytes in of a topic above 1 kB/s, within 3 %",
		func(r Row) bool { return r.Quantity == BytesIn && r.Scenario != AllOfIt && r.Truth >= 1000 }, 0.03},
	{"bytes out of a group that commits every 1 s or 5 s, within 2 %", func(r Row) bool {
		return r.Quantity == BytesOut && (r.Scenario == "group commits every 1 s" || r.Scenario == "group commits every 5 s")
	}, 0.02},
}

// budgets says how many figures keep to what was aimed at.
func (d Document) budgets(b *strings.Builder) {
	b.WriteString("## Goals\n\n")
	t := texttable.New("goal", "reached by")
	for _, goal := range budgets {
		kept, n := 0, 0
		for _, f := range d.figures() {
			if !goal.of(f.Row) {
				continue
			}
			n++
			if off, ok := f.Off(); ok && math.Abs(off) <= goal.error {
				kept++
			}
		}
		t.Row(goal.name, fmt.Sprintf("%d of %d", kept, n))
	}
	kept, n := d.withoutRecompressed()
	t.Row("bytes in of the cluster without the topic that brokers recompress, within 1 %", fmt.Sprintf("%d of %d", kept, n))
	inside, of := 0, 0
	for _, q := range quantities {
		s := d.Summarize(q)
		inside, of = inside+s.WindowsInside, of+s.WindowsOf
	}
	if of > 0 {
		t.Row("the truth within the bounds in 95 of 100 windows of 10 s",
			fmt.Sprintf("%d of %d (%.1f %%)", inside, of, 100*float64(inside)/float64(of)))
	}
	t.Markdown(b)
	b.WriteString("\n")
}

// withoutRecompressed counts the runs in which all topics but the recompressed one add up to what was counted of them, within 1 %.
func (d Document) withoutRecompressed() (kept, of int) {
	for _, run := range d.Runs {
		estimate, truth := 0.0, 0.0
		for _, r := range run.Rows {
			if r.Quantity != BytesIn || r.Estimate == nil {
				continue
			}
			switch r.Scenario {
			case AllOfIt:
				estimate, truth = estimate+*r.Estimate, truth+r.Truth
			case recompressed:
				estimate, truth = estimate-*r.Estimate, truth-r.Truth
			}
		}
		if of++; math.Abs(estimate/truth-1) <= 0.01 {
			kept++
		}
	}
	return kept, of
}

// seeds compares the runs of one cluster with each other: whether a figure is off is the conclusion.
func (d Document) seeds(b *strings.Builder) {
	type key struct{ cluster, scenario, quantity string }
	type runs struct{ off, of int }
	all := map[key]runs{}
	for _, f := range d.figures() {
		k := key{f.cluster, f.Scenario, f.Quantity}
		r := all[k]
		r.of++
		if f.isOff() {
			r.off++
		}
		all[k] = r
	}
	type verdict struct {
		twice, same int
		differ      []string
	}
	byCluster := map[string]*verdict{}
	var order []string
	for _, f := range d.figures() { // in the document's order
		k := key{f.cluster, f.Scenario, f.Quantity}
		r, there := all[k]
		if delete(all, k); !there || r.of < 2 {
			continue
		}
		v := byCluster[f.cluster]
		if v == nil {
			v = &verdict{}
			byCluster[f.cluster], order = v, append(order, f.cluster)
		}
		v.twice++
		if r.off == 0 || r.off == r.of {
			v.same++
		} else {
			v.differ = append(v.differ, f.Quantity+" of "+f.Scenario)
		}
	}
	if len(order) == 0 {
		return
	}
	b.WriteString("## Seeds\n\nA figure that is off with one seed should be off with the other, too.\n\n")
	t := texttable.New("cluster", "figures measured twice", "same conclusion", "off with one seed only")
	for _, cluster := range order {
		v := byCluster[cluster]
		differ := strings.Join(v.differ, ", ")
		if differ == "" {
			differ = "–"
		}
		t.Row(cluster, v.twice, v.same, differ)
	}
	t.Markdown(b)
	b.WriteString("\n")
}
