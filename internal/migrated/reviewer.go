package migrated

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/analyzer/review"
	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/history"
	"github.com/mskfit/mskfit/internal/ledger"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// History gives the months of a cluster.
type History interface {
	Workload(ctx context.Context, cluster string, w workload.Window) (workload.Workload, error)
	Series(ctx context.Context, q history.SeriesQuery) (history.Series, error)
}

// Ledger has the verdicts, and keeps what was compared.
type Ledger interface {
	DecidedBy(ctx context.Context, cluster string, at time.Time) (verdict.Verdict, bool, error)
	Judged(ctx context.Context) ([]ledger.Judged, error)
	Document(ctx context.Context, kind, name string) ([]byte, time.Time, error)
	SaveDocument(ctx context.Context, kind, name string, body []byte) error
}

const (
	// mostMonths is how far back a review goes: what the history keeps by default.
	mostMonths = 12
	// settled is how long after its end a month is taken as final: metrics are late by minutes, and a daemon may have been down.
	settled = 6 * time.Hour
	// counted is how long after its end the facts of single topics still are those of a month.
	counted = 72 * time.Hour
	// fresh is how long the review of a month that is not over is used.
	fresh = time.Hour
	// correctable is how long after its end a month with gaps may still be filled: CloudWatch keeps 63 days of five minutes.
	correctable = 63 * 24 * time.Hour
)

// Reviewer compares migrated clusters with the verdicts that they were migrated on. It is safe for concurrent use.
type Reviewer struct {
	History History
	Ledger  Ledger
	// Keep saves the months that are over in the ledger; without it nothing is written.
	Keep bool
	// Now is the clock.
	Now func() time.Time

	mu    sync.Mutex
	known map[string]*record
}

// record is what is known of one cluster, as the ledger keeps it.
type record struct {
	From string `json:"from"`
	// Verdict is the prediction. The ledger forgets verdicts: it is kept here.
	Verdict verdict.Verdict `json:"verdict"`
	// FirstAt is when the cluster was first seen.
	FirstAt time.Time    `json:"first_at"`
	Months  []keptReview `json:"months"`
	// there is the cluster as the newest month has it.
	there *workload.MSKCluster
}

// keptReview is a month with the time at which it was compared.
type keptReview struct {
	At    time.Time           `json:"at"`
	Month verdict.ReviewMonth `json:"month"`
}

// Review compares the cluster of the input's workload name with the verdict that from names. In carries region, requirements, catalog
// and options; its workload is not read beyond cluster, region and what is there. What cannot be compared is no error: the review says
// why. An error means that history or ledger could not be read.
func (r *Reviewer) Review(ctx context.Context, cluster string, from From, in analyzer.Input) (*verdict.Review, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	rec, problem, err := r.record(ctx, cluster, from)
	if err != nil {
		return nil, fmt.Errorf("compare %s with the verdict on %s: %w", cluster, from.Cluster, err)
	}
	if problem != "" {
		return review.Without(from.Cluster, problem), nil
	}
	if in.Workload.MSK != nil {
		rec.there = in.Workload.MSK
	}
	months, err := r.months(ctx, cluster, rec, in)
	if err != nil {
		return nil, fmt.Errorf("compare %s with the verdict on %s: %w", cluster, from.Cluster, err)
	}
	return review.Of(from.Cluster, rec.Verdict, rec.there, months), nil
}

// Attach returns the clusters, those that were migrated with the comparison.
func (r *Reviewer) Attach(clusters []agent.Cluster, migrations map[string]From) []agent.Cluster {
	out := slices.Clone(clusters)
	for i := range out {
		name := out[i].Name
		if from, ok := migrations[name]; ok {
			out[i].Review = func(ctx context.Context, in analyzer.Input) (*verdict.Review, error) {
				return r.Review(ctx, name, from, in)
			}
		}
	}
	return out
}

// months compares those that are not known yet, or that may have changed.
func (r *Reviewer) months(ctx context.Context, cluster string, rec *record, in analyzer.Input) ([]verdict.ReviewMonth, error) {
	now := r.Now().UTC()
	var kept []keptReview
	out := []verdict.ReviewMonth{}
	changed := false
	for _, w := range review.Months(rec.FirstAt, now.Truncate(time.Minute), mostMonths) {
		at := slices.IndexFunc(rec.Months, func(k keptReview) bool { return k.Month.Window.Start.Equal(w.Start) })
		if at >= 0 && usable(rec.Months[at], w, now) {
			kept, out = append(kept, rec.Months[at]), append(out, rec.Months[at].Month)
			continue
		}
		one, err := r.month(ctx, cluster, rec, in, w, now)
		if err != nil {
			return nil, err
		}
		kept, out = append(kept, keptReview{now, one}), append(out, one)
		changed = changed || final(w, now)
	}
	rec.Months = kept
	if changed {
		return out, r.save(ctx, cluster, rec)
	}
	return out, nil
}

func (r *Reviewer) month(ctx context.Context, cluster string, rec *record, in analyzer.Input, w workload.Window, now time.Time) (verdict.ReviewMonth, error) {
	observed, err := r.History.Workload(ctx, cluster, w)
	if err != nil {
		return verdict.ReviewMonth{}, err
	}
	observed.Cluster = cluster
	if observed.Region == "" {
		observed.Region = in.Workload.Region
	}
	if observed.MSK == nil {
		observed.MSK = rec.there
	}
	rec.there = observed.MSK
	in.Workload = observed
	o := review.Observed{Input: in, Window: w}
	if now.Sub(w.End) < counted {
		o.CountedAt = now.Truncate(time.Minute)
	}
	return review.Month(rec.Verdict, o), nil
}

func final(w workload.Window, now time.Time) bool { return review.Over(w) && now.Sub(w.End) >= settled }

// usable reports whether a month need not be compared again: one that is over once it was compared after it had settled, and, while
// gaps may still be filled, once a day; another one for an hour.
func usable(k keptReview, w workload.Window, now time.Time) bool {
	age := now.Sub(k.At)
	switch {
	case age < 0:
		return false
	case !final(w, now) || !final(w, k.At):
		return age < fresh && review.Over(w) == review.Over(k.Month.Window)
	case !k.Month.Whole && now.Sub(w.End) < correctable:
		return age < 24*time.Hour
	}
	return true
}

// save keeps the prediction and the months that are over.
func (r *Reviewer) save(ctx context.Context, cluster string, rec *record) error {
	if !r.Keep {
		return nil
	}
	doc := *rec
	doc.Months = slices.DeleteFunc(slices.Clone(rec.Months), func(k keptReview) bool { return !final(k.Month.Window, k.At) })
	body, err := json.Marshal(doc)
	if err != nil {
		return err
	}
	return r.Ledger.SaveDocument(ctx, ledger.Reviewed, cluster, body)
}
