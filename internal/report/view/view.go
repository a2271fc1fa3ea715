package view

import (
	"cmp"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// Page is a verdict in words, section by section, in the order in which it is read. Empty sections are left out by
// whoever draws it.
type Page struct {
	// Cluster is the cluster's name; "unnamed cluster" for a workload without one.
	Cluster string
	// About says where, over which window and when: "us-east-1 · described workload".
	About string
	// Answer and Prices are the first screen.
	Answer Answer
	// Prices compare the choice, which is first, with the best option of each kind, by price.
	Prices []Price
	// Since is what changed since the report before; nil when there is none.
	Since *Changes
	// Review compares the cluster with the verdict that it was migrated on; nil for one that was not migrated.
	Review *Review
	// Compared sets another window beside this one; nil unless asked for.
	Compared *Compared
	// Headroom holds the limits of the choice, and the Serverless quotas where it is something else.
	Headroom []Limits
	// Steps are the findings of AWS's process, in its order.
	Steps []Step
	// Options are the ones of Prices with their cost lines and what fails.
	Options []Option
	// NearMisses are the smallest changes that would make another kind fit.
	NearMisses []string
	// Remarks are sentences on the price: break-even, one broker less.
	Remarks []string
	// Figures is the workload with the method and the error of each figure; Absent names those that are not known.
	Figures []Figure
	// Absent lists the figures that are not known; empty: all are known.
	Absent string
	// Sources say for each source which figures are from it.
	Sources []string
	// Comparisons are figures that one source estimated and another measured.
	Comparisons []Comparison
	// Charts are the drawings over time; NoCharts says in one line why there are none.
	Charts []Chart
	// NoCharts says in one line why there are no charts; empty where there are.
	NoCharts string
	// Topics are the busiest by ingress.
	Topics Ranking
	// Groups are the busiest by egress.
	Groups Ranking
	// Hottest are the topics with the busiest partitions.
	Hottest Ranking
	// Readers says which group reads which topic. Matrix says the same for pages; nil where there are too many.
	Readers []Reader
	// Matrix is nil where topics have more groups than fit a page.
	Matrix *Matrix
	// MoreReads says how many topics Readers leaves out; empty: none.
	MoreReads string
	// Split is the plan over several Serverless clusters.
	Split []SplitCluster
	// SplitNote says what the plan rests on, or why there is none.
	SplitNote string
	// TippingPoints are sentences: the input's change and what it leads to.
	TippingPoints []string
	// Profiles are sentences on what other sizing profiles would choose.
	Profiles []string
	// Actions are what the owner can do.
	Actions []Action
	// Open is all that is not known, each once, what could change the choice first; Minor counts the rest.
	Open []Open
	// Minor names what is unknown and cannot change the choice or the price; empty: nothing.
	Minor string
	// Assumptions are what price and sizing assume.
	Assumptions []Assumption
	// Forecast has the limits with a date or a remark of their own.
	Forecast []Forecast
	// Steady names the limits whose quantity does not grow; empty where each has its line in Forecast.
	Steady string
	// Gaps are what could not be read.
	Gaps []Gap
	// Methods say how the figures are made; Catalog where quotas and prices come from.
	Methods []string
	// Catalog says which quotas and prices are used, with dates.
	Catalog string
}

// Step is one of the steps of AWS's process for choosing a cluster type.
type Step struct {
	// Number is that of AWS's process; empty for the second finding of a step.
	Number, Title, Finding, PointsTo string
}

// Action is something that the owner can do.
type Action struct {
	// Target is what to change, Action what to do, Why the reason; Fixes is the title of the rule that passes then, or
	// empty.
	Target, Action, Why, Fixes string
}

// Gap is what could not be read, and what that does to the figures.
type Gap struct {
	// Source met the gap; Why includes since when or for how long; Effect is what cannot be said because of it.
	Source, What, Why, Effect string
}

// Of lays out a verdict, with charts of the past where there is one.
func Of(v verdict.Verdict, past Past) Page {
	p := Page{
		Cluster:     cmp.Or(v.Cluster, "unnamed cluster"),
		About:       about(v, past.zone()),
		Steps:       steps(v.Steps),
		Since:       changes(v, past.zone()),
		Review:      review(v, past.zone()),
		Comparisons: comparisons(v.Comparisons),
		Headroom:    headroom(v),
		Remarks:     remarks(v),
		Profiles:    profiles(v.Profiles),
		SplitNote:   v.SplitNote,
		Split:       splits(v.Split),
		Topics:      topTopics(v, past),
		Groups:      topGroups(v, past),
		Hottest:     hottest(v),
		Methods:     methods(v),
		Catalog:     catalogLine(v),
	}
	p.Forecast, p.Steady = forecasts(v)
	p.Open, p.Minor = open(v)
	p.Answer = answer(v, p.Open)
	if v.Status == verdict.Decided || v.Workload.IngressBytesPerSec != nil && v.Workload.Partitions != nil {
		p.Options = options(v) // without these figures every size and price would be a floor
	}
	p.Prices = prices(p.Options)
	p.Figures, p.Absent, p.Sources = figures(v.Workload, v.Confidence.Level == "declared")
	p.Readers, p.MoreReads = readers(v)
	p.Matrix = matrix(v)
	p.Assumptions = assumptions(v.Assumptions)
	p.NearMisses = nearMisses(v.NearMisses)
	for _, f := range v.TippingPoints {
		p.TippingPoints = append(p.TippingPoints, tippingPointWords(f))
	}
	for _, a := range v.Actions {
		p.Actions = append(p.Actions, Action{a.Target, a.Action, a.Why, ruleTitle(v, a.Fixes)})
	}
	for _, g := range v.Gaps {
		p.Gaps = append(p.Gaps, Gap{g.Source, g.What, withWhen(g), g.Effect})
	}
	p.Charts, p.NoCharts = charts(v, past)
	cleanAll(&p)
	return p
}

var stepTitles = map[string][2]string{
	"capability":       {"1", "Capability"},
	"configuration":    {"2", "Configuration"},
	"cluster_quotas":   {"3", "Cluster quotas"},
	"partition_quotas": {"", "Partition quotas"},
	"security":         {"4", "Security"},
	"cost":             {"5", "Cost"},
	"zookeeper":        {"6", "ZooKeeper"},
}

func steps(in []verdict.Step) []Step {
	var out []Step
	for _, s := range in {
		name, ok := stepTitles[s.ID]
		if !ok {
			name = [2]string{"", capital(ruleWords(s.ID))}
		}
		points := s.PointsTo
		if n, ok := shortNames[verdict.Kind(points)]; ok {
			points = n
		}
		out = append(out, Step{Number: name[0], Title: name[1], Finding: s.Finding, PointsTo: points})
	}
	return out
}

// withWhen is why something is missing, and since when or how long.
func withWhen(g workload.Gap) string {
	if when := g.When(); when != "" {
		return g.Why + " (" + when + ")"
	}
	return g.Why
}
