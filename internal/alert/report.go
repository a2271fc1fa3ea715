package alert

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// ReportStore is what scheduled reports need of the ledger.
type ReportStore interface {
	// Post puts messages that follow from no state into the outbox.
	Post(ctx context.Context, messages []Envelope) error
}

// ReportNotifier sends the scheduled report to the targets. It is an agent's reporter.
type ReportNotifier struct {
	cfg        Config
	recipients []Recipient
	store      ReportStore
	wake       func()
}

// NewReportNotifier returns a reporter for the targets; wake is called once there are new messages, nil: none.
func NewReportNotifier(cfg Config, recipients []Recipient, store ReportStore, wake func()) *ReportNotifier {
	if wake == nil {
		wake = func() {}
	}
	return &ReportNotifier{cfg: cfg, recipients: recipients, store: store, wake: wake}
}

// Report sends the verdicts of a fleet, with what became different since the last report where they tell it.
func (r *ReportNotifier) Report(ctx context.Context, verdicts []verdict.Verdict, now time.Time) error {
	if !slices.ContainsFunc(r.recipients, func(to Recipient) bool { return !to.Mirrors }) {
		return nil
	}
	var rows []ReportRow
	var since time.Time
	for _, v := range verdicts {
		rows = append(rows, reportRow(v, link(r.cfg.ExternalURL, v.Cluster)))
		if v.Diff != nil && v.Diff.At.After(since) {
			since = v.Diff.At
		}
	}
	messages := r.messages(rows, since, now)
	if err := r.store.Post(ctx, messages); err != nil {
		return err
	}
	if len(messages) > 0 {
		r.wake()
	}
	return nil
}

// messages are one report for each target that a route leads to, with the clusters of its routes.
func (r *ReportNotifier) messages(rows []ReportRow, since, now time.Time) []Envelope {
	of := map[string][]ReportRow{}
	for _, row := range rows {
		for _, target := range routed(r.cfg, r.recipients, row.Cluster, "", KindReport) {
			if !mirrors(r.recipients, target) {
				of[target] = append(of[target], row)
			}
		}
	}
	var out []Envelope
	for _, target := range slices.Sorted(maps.Keys(of)) {
		report := summed(of[target])
		report.Since = since
		m := Message{Schema: Schema, Kind: KindReport, Severity: drift.LevelOK, Title: reportTitle(report, of[target]),
			At: now.UTC(), Items: []Item{},
			Link: strings.TrimRight(r.cfg.ExternalURL, "/"), Report: &report}
		m.ID = id(target, m, now.UTC().Format(time.RFC3339Nano))
		out = append(out, Envelope{Target: target, Message: m})
	}
	return out
}

// summed adds up all rows and keeps the first MaxRows: what changed first, then what is due soonest, then by name.
func summed(rows []ReportRow) Report {
	var r Report
	for _, row := range rows {
		if row.Choice == nil {
			r.Undecided++
		} else {
			r.TotalUSD += row.Choice.MonthlyUSD
		}
		if row.CurrentUSD != nil {
			sum := *row.CurrentUSD
			if r.CurrentUSD != nil {
				sum += *r.CurrentUSD
			}
			r.CurrentUSD = &sum
		}
	}
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b ReportRow) int {
		return cmp.Or(unchanged(a)-unchanged(b), compareExpected(a.Expected, b.Expected), strings.Compare(a.Cluster, b.Cluster))
	})
	r.Clusters = rows
	if len(rows) > MaxRows {
		r.Clusters, r.Omitted = rows[:MaxRows:MaxRows], len(rows)-MaxRows
	}
	return r
}

func unchanged(r ReportRow) int {
	if r.Before != nil {
		return 0
	}
	return 1
}

func compareExpected(a, b *time.Time) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return 1
	case b == nil:
		return -1
	}
	return a.Compare(*b)
}

// Cost says what the clusters cost a month for what is recommended, and how many are undecided; only the latter where all are.
// It is empty for a single cluster, whose row says it.
func (r Report) Cost() string {
	n := len(r.Clusters) + r.Omitted
	switch {
	case n == 1:
		return ""
	case r.Undecided == n:
		return fmt.Sprintf("%d of %d clusters undecided", n, n)
	}
	text := fmt.Sprintf("%s a month for %d of %d clusters", workload.FormatUSD(r.TotalUSD), n-r.Undecided, n)
	if r.Undecided > 0 {
		text += fmt.Sprintf("; %d undecided", r.Undecided)
	}
	if r.CurrentUSD != nil {
		text += "; today's MSK clusters cost " + workload.FormatUSD(*r.CurrentUSD)
	}
	return text
}

// Compared says since which report the changes are: "Changes since 2026-11-23 06:00 UTC", "No changes since …". It is empty in
// the first report.
func (r Report) Compared() string {
	if r.Since.IsZero() {
		return ""
	}
	text := "No changes since "
	changed := func(row ReportRow) bool { return row.Before != nil || len(row.Changes) > 0 }
	if r.Omitted > 0 || slices.ContainsFunc(r.Clusters, changed) {
		text = "Changes since "
	}
	return text + date(r.Since)
}

func reportTitle(r Report, rows []ReportRow) string {
	n := len(rows)
	text := fmt.Sprintf("mskfit report: %d clusters, %s a month", n, workload.FormatUSD(r.TotalUSD))
	switch {
	case r.Undecided == n && n > 1:
		text = fmt.Sprintf("mskfit report: %d clusters, all undecided", n)
	case n == 1:
		text = "mskfit report: " + rows[0].Cluster
		if rows[0].Choice != nil {
			text += " needs " + rows[0].Choice.Name() + ", " + workload.FormatUSD(r.TotalUSD) + " a month"
		}
	}
	changed := 0
	for _, row := range rows {
		changed += 1 - unchanged(row)
	}
	if changed > 0 && n > 1 {
		text += fmt.Sprintf("; %d changed", changed)
	}
	return text
}
