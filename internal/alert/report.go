package alert

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/internal/workload"
)

// ReportStore is what scheduled reports need of the ledger.
type ReportStore interface {
	// VerdictBefore returns the last verdict on the cluster made before the time; false when there is none.
	VerdictBefore(ctx context.Context, cluster string, at time.Time) (analyzer.Verdict, bool, error)
	// Document and SaveDocument keep when the last report was made; nil when there is none.
	Document(ctx context.Context, kind, name string) (body []byte, savedAt time.Time, err error)
	SaveDocument(ctx context.Context, kind, name string, body []byte) error
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

// NewReportNotifier returns a reporter for the targets; wake is called once there are new messages, nil: nobody.
func NewReportNotifier(cfg Config, recipients []Recipient, store ReportStore, wake func()) *ReportNotifier {
	if wake == nil {
		wake = func() {}
	}
	return &ReportNotifier{cfg: cfg, recipients: recipients, store: store, wake: wake}
}

// reportKind is the kind of the document that holds when the last report was made.
const reportKind = "alert_report"

// Report sends the verdicts of a fleet, compared with those of the last report on the same clusters. Of what cannot be compared
// no change is told; the report goes out all the same.
func (r *ReportNotifier) Report(ctx context.Context, verdicts []analyzer.Verdict, now time.Time) error {
	if !slices.ContainsFunc(r.recipients, func(to Recipient) bool { return !to.Mirrors }) {
		return nil
	}
	name := fleetName(verdicts)
	last, err := r.last(ctx, name)
	if err != nil {
		return err
	}
	var rows []ReportRow
	for _, v := range verdicts {
		var before *analyzer.Verdict
		if !last.IsZero() {
			b, found, err := r.store.VerdictBefore(ctx, v.Cluster, last.Add(time.Second))
			if err != nil {
				return fmt.Errorf("read verdict of the last report: %w", err)
			}
			if found {
				before = &b
			}
		}
		rows = append(rows, reportRow(v, before, link(r.cfg.ExternalURL, v.Cluster)))
	}
	messages := r.messages(rows, last, now)
	if err := r.store.Post(ctx, messages); err != nil {
		return err
	}
	if len(messages) > 0 {
		r.wake()
	}
	body, err := json.Marshal(now)
	if err != nil {
		return err
	}
	return r.store.SaveDocument(ctx, reportKind, name, body)
}

// fleetName tells the fleets apart that share a ledger: each process of several reports on its own clusters.
func fleetName(verdicts []analyzer.Verdict) string {
	h := sha256.New()
	for _, v := range verdicts {
		fmt.Fprintf(h, "%s\n", v.Cluster)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

func (r *ReportNotifier) last(ctx context.Context, name string) (at time.Time, err error) {
	body, _, err := r.store.Document(ctx, reportKind, name)
	if err == nil && body != nil {
		err = json.Unmarshal(body, &at)
	}
	if err != nil {
		return at, fmt.Errorf("read when the last report was made: %w", err)
	}
	return at, nil
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
		m := Message{Schema: Schema, Kind: KindReport, Severity: analyzer.LevelOK, Title: reportTitle(report, of[target]), At: now.UTC(), Items: []Item{},
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

func reportTitle(r Report, rows []ReportRow) string {
	n := len(rows)
	text := fmt.Sprintf("mskfit report: %d clusters, %s a month", n, workload.FormatUSD(r.TotalUSD))
	if n == 1 {
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
