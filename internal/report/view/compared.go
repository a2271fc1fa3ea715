package view

import (
	"fmt"
	"math"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// Compared sets two windows of one cluster side by side.
type Compared struct {
	// Before and Now name the windows.
	Before, Now string
	// Rows are the quantities known in at least one window.
	Rows []ComparedRow
	// Notes name the topics and groups that moved most.
	Notes []string
}

// ComparedRow is one figure in both windows.
type ComparedRow struct {
	// Name is the quantity's, or "Ingress, p99" for a statistic; Before and Now have their units, Change is in percent.
	Name, Before, Now, Change string
}

// Compare sets another window of the cluster beside the one of the page; its times are in the zone.
func (p *Page) Compare(before, now verdict.Verdict, zone *time.Location) {
	c := Compared{Before: windowWords(before, zone), Now: windowWords(now, zone)}
	c.Rows = append(c.Rows, ComparedRow{"Choice", choiceWords(before), choiceWords(now),
		sameOr(choiceWords(before) == choiceWords(now), "changed")})
	if before.Choice != nil && now.Choice != nil {
		c.Rows = append(c.Rows, ComparedRow{"A month", usd(before.Choice.MonthlyUSD), usd(now.Choice.MonthlyUSD),
			changeWords(&before.Choice.MonthlyUSD, &now.Choice.MonthlyUSD)})
	}
	old := quantities(before.Workload)
	for i, q := range quantities(now.Workload) {
		c.Rows = append(c.Rows, comparedRows(old[i], q)...)
	}
	c.Notes = moved(before, now)
	cleanAll(&c)
	p.Compared = &c
}

func windowWords(v verdict.Verdict, zone *time.Location) string {
	return Timestamp(v.Window.Start, zone) + " to " + Timestamp(v.Window.End, zone)
}

func choiceWords(v verdict.Verdict) string {
	if v.Choice == nil {
		return "undecided"
	}
	return v.Choice.Name()
}

func sameOr(same bool, word string) string {
	if same {
		return "same"
	}
	return word
}

// comparedRows are a quantity's mean, and its p99 and peak where one of the windows has them.
func comparedRows(before, now quantity) []ComparedRow {
	if before.figure == nil && now.figure == nil {
		return nil
	}
	rows := []ComparedRow{{now.name, value(before.figure, now.write), value(now.figure, now.write),
		changeWords(figureValue(before.figure), figureValue(now.figure))}}
	for _, s := range []struct {
		name string
		of   func(*workload.Quantity) *float64
	}{{"p99", func(q *workload.Quantity) *float64 { return q.P99 }},
		{"peak", func(q *workload.Quantity) *float64 { return q.Peak }}} {
		b, n := statisticOf(before.stats, s.of), statisticOf(now.stats, s.of)
		if b != nil || n != nil {
			rows = append(rows, ComparedRow{now.name + ", " + s.name, statisticOrUnknown(b, now.write),
				statisticOrUnknown(n, now.write), changeWords(b, n)})
		}
	}
	return rows
}

func figureValue(f *workload.Figure) *float64 {
	if f == nil {
		return nil
	}
	return &f.Value
}

func statisticOf(q *workload.Quantity, of func(*workload.Quantity) *float64) *float64 {
	if q == nil {
		return nil
	}
	return of(q)
}

func statisticOrUnknown(v *float64, write unit) string {
	if v == nil {
		return unknown
	}
	return write(*v)
}

// changeWords is the relative change; unknown where one side is, or where it began at nothing.
func changeWords(before, now *float64) string {
	switch {
	case before == nil || now == nil:
		return unknown
	case *before == *now:
		return "same"
	case *before == 0 || math.IsInf(*now / *before, 0):
		return "new"
	}
	return signedPercent(*now / *before - 1)
}

// moved are the topics and groups that moved most.
func moved(before, now verdict.Verdict) []string {
	var out []string
	for _, rule := range []string{"serverless.ingress_per_cluster", "serverless.egress_per_cluster"} {
		for _, m := range verdict.TopContributors(before.Observed(), now.Observed(), rule) {
			out = append(out, fmt.Sprintf("%s, %s of what moved", contributorWords(m), percent(m.Share)))
		}
	}
	return out
}
