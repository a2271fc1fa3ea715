package report

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

func usd(v float64) string { return workload.FormatUSD(v) }

// optionOf finds the option that a choice stands for.
func optionOf(v verdict.Verdict, c verdict.Choice) (verdict.Option, bool) {
	for _, o := range v.Options {
		if isChoice(o, &c) {
			return o, true
		}
	}
	return verdict.Option{}, false
}

func isChoice(o verdict.Option, c *verdict.Choice) bool {
	return c != nil && o.Kind == c.Kind && o.Size == c.Size && o.Brokers == c.Brokers && o.Clusters == c.Clusters
}

// alternative is one option beside the choice.
type alternative struct {
	// Role is "choice", "runner-up" or empty.
	Role       string
	Kind, Size string
	// Name is kind and size in one.
	Name                   string
	Monthly, Fits, Binding string
	// Delta is the price against the choice; empty when there is none.
	Delta string
}

// alternatives lists the choice, the runner-up and the best option of every other kind.
func alternatives(v verdict.Verdict) (rows []alternative, considered string) {
	var out []verdict.Option
	for _, c := range []*verdict.Choice{v.Choice, v.RunnerUp} {
		if c != nil {
			if o, ok := optionOf(v, *c); ok && !slices.ContainsFunc(out, sameAs(o)) {
				out = append(out, o)
			}
		}
	}
	for _, k := range []verdict.Kind{verdict.Serverless, verdict.ServerlessSplit, verdict.Express, verdict.Standard} {
		best, ok := bestOf(v.Options, k)
		if ok && !slices.ContainsFunc(out, sameAs(best)) {
			out = append(out, best)
		}
	}
	for _, o := range out {
		rows = append(rows, newAlternative(v, o))
	}
	if n := len(v.Options); n > len(rows) {
		considered = fmt.Sprintf("%d options were considered; the JSON has every one with its rules and its cost.", n)
	}
	return rows, considered
}

func sameAs(o verdict.Option) func(verdict.Option) bool {
	return func(p verdict.Option) bool {
		return o.Kind == p.Kind && o.Size == p.Size && o.Brokers == p.Brokers && o.Clusters == p.Clusters
	}
}

// bestOf returns the option of a kind that is the most feasible and then the cheapest; one without a price comes last.
func bestOf(options []verdict.Option, k verdict.Kind) (verdict.Option, bool) {
	rank := map[verdict.Feasible]int{verdict.Yes: 0, verdict.Maybe: 1, verdict.No: 2}
	var best *verdict.Option
	for i, o := range options {
		if o.Kind != k {
			continue
		}
		if best == nil || cmp.Or(cmp.Compare(rank[o.Feasible], rank[best.Feasible]), comparePrice(o, *best)) < 0 {
			best = &options[i]
		}
	}
	if best == nil {
		return verdict.Option{}, false
	}
	return *best, true
}

func comparePrice(a, b verdict.Option) int {
	switch {
	case a.MonthlyUSD == nil && b.MonthlyUSD == nil:
		return 0
	case a.MonthlyUSD == nil:
		return 1
	case b.MonthlyUSD == nil:
		return -1
	}
	return cmp.Compare(*a.MonthlyUSD, *b.MonthlyUSD)
}

func newAlternative(v verdict.Verdict, o verdict.Option) alternative {
	a := alternative{Kind: kindName(o.Kind), Size: sizeOf(o.Size, o.Brokers, o.Clusters),
		Name:    choiceName(verdict.Choice{Kind: o.Kind, Size: o.Size, Brokers: o.Brokers, Clusters: o.Clusters}),
		Monthly: monthly(o.MonthlyUSD), Fits: string(o.Feasible), Binding: cmp.Or(bindingTitle(o), none)}
	switch {
	case isChoice(o, v.Choice):
		a.Role = "choice"
	case isChoice(o, v.RunnerUp):
		a.Role = "runner-up"
	}
	if v.Choice != nil && o.MonthlyUSD != nil && a.Role != "choice" {
		a.Delta = signed(*o.MonthlyUSD - v.Choice.MonthlyUSD)
	}
	return a
}

func signed(d float64) string {
	if d >= 0 {
		return "+" + usd(d)
	}
	return "−" + usd(-d)
}

func bindingTitle(o verdict.Option) string {
	for _, r := range o.Rules {
		if r.ID == o.Binding {
			return r.Title
		}
	}
	return ruleWords(o.Binding)
}
