package migrated

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/mskfit/mskfit/internal/history"
	"github.com/mskfit/mskfit/internal/ledger"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/internal/yamlfile"
	"github.com/mskfit/mskfit/verdict"
)

// predicted sees to the cluster's record: from memory, from the ledger's document, or searched for. A problem says in words why
// there is none. The search is repeated once an hour: the past may still be read back, and a verdict may come.
func (r *Reviewer) predicted(ctx context.Context, name string, c *cluster, from From) (problem string, err error) {
	if c.from != from.String() {
		c.from, c.rec, c.searchedAt, c.unsaved = from.String(), nil, time.Time{}, false
	}
	if c.rec == nil {
		if c.rec, err = r.read(ctx, name, from); err != nil {
			return "", err
		}
	}
	now := r.Now()
	if age := now.Sub(c.searchedAt); !c.searchedAt.IsZero() && age >= 0 && age < fresh {
		return c.problem, nil
	}
	first, err := r.firstSeen(ctx, name)
	if err != nil {
		return "", err
	}
	if first.IsZero() && c.rec == nil {
		return "there is no data of " + name + " yet", nil
	}
	c.problem = ""
	if c.rec == nil || !first.IsZero() && first.Before(c.rec.SeenAt) { // an empty history says nothing of the past
		if err := r.search(ctx, name, c, from, first); err != nil {
			return "", err
		}
	}
	c.searchedAt = now
	return c.problem, nil
}

// read takes the record from the ledger; nil: there is none for from.
func (r *Reviewer) read(ctx context.Context, name string, from From) (*record, error) {
	rec := &record{}
	body, _, err := r.Ledger.Document(ctx, ledger.Reviewed, name)
	if err == nil && json.Unmarshal(body, rec) == nil && rec.From == from.String() {
		return rec, nil
	}
	return nil, err // that of another prediction is of no use
}

// search looks the prediction up in the ledger for a cluster that was first seen at first. A prediction that the ledger no
// longer has is kept.
func (r *Reviewer) search(ctx context.Context, name string, c *cluster, from From, first time.Time) error {
	by := from.By
	if by.IsZero() {
		by = first
	}
	v, found, err := r.Ledger.DecidedBy(ctx, from.Cluster, by)
	switch {
	case err != nil:
		return err
	case !found && c.rec == nil:
		c.problem, err = r.noVerdict(ctx, name, from, by)
		return err
	case !found:
		v = c.rec.Verdict
	}
	rec := &record{From: from.String(), Verdict: slim(v), SeenAt: first, FirstAt: first}
	if v.At.After(first) { // the cluster of the verdict itself, or one that was watched before it was migrated
		rec.FirstAt = v.At.UTC().Truncate(time.Minute).Add(time.Minute)
	}
	if c.rec != nil {
		rec.Bill = c.rec.Bill // it does not depend on the prediction
	}
	if c.rec != nil && c.rec.Verdict.At.Equal(v.At) {
		rec.Months = c.rec.Months // the one that begins earlier now is compared again
	}
	c.rec, c.unsaved = rec, true
	return nil
}

// slim drops what no comparison needs.
func slim(v verdict.Verdict) verdict.Verdict {
	v.Review, v.Diff, v.Gaps, v.Steps, v.Questions = nil, nil, nil, nil, nil
	v.Actions, v.NearMisses, v.TippingPoints, v.Profiles = nil, nil, nil, nil
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
		hint := "it has no verdicts at all"
		if len(names) > 0 {
			hint = "it has verdicts on " + yamlfile.Few(names)
		}
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
	return fmt.Sprintf("migrated_from: the ledger has no verdict on %s from %s or before; the first one is of %s", from.Cluster,
		words(by), words(first)), nil
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
