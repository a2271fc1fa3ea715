package migrated

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mskfit/mskfit/internal/history"
	"github.com/mskfit/mskfit/internal/ledger"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/internal/yamlfile"
	"github.com/mskfit/mskfit/verdict"
)

// record finds the prediction and when the cluster was first seen: in memory, in the ledger's document, or anew. A problem says in words
// why there is none yet.
func (r *Reviewer) record(ctx context.Context, cluster string, from From) (rec *record, problem string, err error) {
	if rec := r.known[cluster]; rec != nil && rec.From == from.String() {
		return rec, "", nil
	}
	body, _, err := r.Ledger.Document(ctx, ledger.Reviewed, cluster)
	if err != nil {
		return nil, "", err
	}
	rec = &record{}
	if body != nil && json.Unmarshal(body, rec) == nil && rec.From == from.String() {
		return r.remember(cluster, rec), "", nil
	}
	rec, problem, err = r.find(ctx, cluster, from)
	if err != nil || problem != "" {
		return nil, problem, err
	}
	return r.remember(cluster, rec), "", r.save(ctx, cluster, rec)
}

func (r *Reviewer) remember(cluster string, rec *record) *record {
	if r.known == nil {
		r.known = map[string]*record{}
	}
	r.known[cluster] = rec
	return rec
}

// find looks the prediction up in the ledger and the first data in the history.
func (r *Reviewer) find(ctx context.Context, cluster string, from From) (*record, string, error) {
	first, err := r.firstSeen(ctx, cluster)
	if err != nil {
		return nil, "", err
	}
	by := from.By
	switch {
	case first.IsZero():
		return nil, "there is no data of " + cluster + " yet", nil
	case by.IsZero():
		by = first
	}
	v, found, err := r.Ledger.DecidedBy(ctx, from.Cluster, by)
	if err != nil {
		return nil, "", err
	}
	if !found {
		problem, err := r.noVerdict(ctx, cluster, from, by)
		return nil, problem, err
	}
	if v.At.After(first) { // the cluster of the verdict itself, or one that was watched before it was migrated
		first = v.At.UTC().Truncate(time.Minute).Add(time.Minute)
	}
	v = slim(v)
	return &record{From: from.String(), Verdict: v, FirstAt: first}, "", nil
}

// slim drops what no comparison needs.
func slim(v verdict.Verdict) verdict.Verdict {
	v.Review, v.Since, v.Gaps, v.Steps, v.Questions, v.Actions, v.NearMisses, v.Flips, v.Profiles = nil, nil, nil, nil, nil, nil, nil, nil, nil
	return v
}

// noVerdict says why the ledger has no verdict to compare with, and what to write instead.
func (r *Reviewer) noVerdict(ctx context.Context, cluster string, from From, by time.Time) (string, error) {
	judged, err := r.Ledger.Judged(ctx)
	if err != nil {
		return "", err
	}
	names := make([]string, 0, len(judged))
	for _, j := range judged {
		names = append(names, j.Cluster)
	}
	at := slices.Index(names, from.Cluster)
	if at < 0 {
		hint := "it has " + list(names)
		if near, ok := yamlfile.Nearest(from.Cluster, names); ok {
			hint = fmt.Sprintf("did you mean %q?", near)
		}
		return fmt.Sprintf("migrated_from: the ledger has no verdict on a cluster %q: %s", from.Cluster, hint), nil
	}
	first := judged[at].FirstAt
	switch {
	case first.IsZero():
		return fmt.Sprintf("migrated_from: no verdict on %s names a choice yet: they are undecided", from.Cluster), nil
	case from.By.IsZero():
		return fmt.Sprintf("migrated_from: no verdict on %s is from before %s, when %s was first seen; the first one is of %s: write migrated_from: %s@%s",
			from.Cluster, words(by), cluster, words(first), from.Cluster, first.UTC().Format(time.DateOnly)), nil
	}
	return fmt.Sprintf("migrated_from: the ledger has no verdict on %s from %s or before; the first one is of %s", from.Cluster, words(by), words(first)), nil
}

func list(names []string) string {
	const most = 5
	switch {
	case len(names) == 0:
		return "no verdicts at all"
	case len(names) > most:
		return fmt.Sprintf("verdicts on %s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return "verdicts on " + strings.Join(names, ", ")
}

func words(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// firstSeen is the start of the first minute with ingress within the months of a review; zero: there is none.
func (r *Reviewer) firstSeen(ctx context.Context, cluster string) (time.Time, error) {
	now := r.Now().UTC()
	w := workload.Window{Start: now.AddDate(0, -mostMonths, 0), End: now}
	for _, step := range []time.Duration{24 * time.Hour, time.Minute} {
		s, err := r.History.Series(ctx, history.SeriesQuery{Cluster: cluster, Quantity: history.Ingress, Window: w, Step: step})
		if err != nil || len(s.Points) == 0 {
			return time.Time{}, err
		}
		start := s.Points[0].At
		if start.Before(w.Start) {
			start = w.Start
		}
		w = workload.Window{Start: start, End: start.Add(step)}
	}
	return w.Start, nil
}
