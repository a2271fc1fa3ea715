package migrated

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/analyzer/review"
	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/bill"
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
	// finalAfter is how long after its end a month is taken as final: metrics are late by minutes, and a daemon may have been
	// down.
	finalAfter = 6 * time.Hour
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
	// Keep saves the months that are over in the ledger; without it nothing is written. What could not be saved is saved with
	// the next comparison.
	Keep bool
	// Now is the clock.
	Now func() time.Time
	// Log has what could not be saved.
	Log zerolog.Logger
	// Bills opens what reads the bill of a cluster in a region. Nil: no bill is asked for; those that were kept are shown.
	Bills func(ctx context.Context, cfg bill.Config, region string) (Bills, error)

	mu       sync.Mutex
	clusters map[string]*cluster
	costs    map[string]billCost
}

// cluster is what this process knows of one cluster. Clusters are compared side by side.
type cluster struct {
	mu  sync.Mutex
	rec *record // nil: not read yet
	// searchedAt is when the first data, and with it the prediction, was last looked for.
	searchedAt time.Time
	// problem says why there was no prediction to be found for from.
	problem, from string
	// unsaved: the record is newer than the ledger's.
	unsaved bool
}

// record is what is known of one cluster, as the ledger keeps it.
type record struct {
	From string `json:"from"`
	// Verdict is the prediction. The ledger forgets verdicts: it is kept here.
	Verdict verdict.Verdict `json:"verdict"`
	// SeenAt is when the cluster was first seen, FirstAt where the comparison begins: there, or after the verdict.
	SeenAt  time.Time    `json:"seen_at"`
	FirstAt time.Time    `json:"first_at"`
	Months  []keptReview `json:"months"`
	// Bill is what AWS billed; nil: it was never asked for.
	Bill *kept `json:"bill,omitempty"`
}

// keptReview is a month with the time at which it was compared.
type keptReview struct {
	At    time.Time           `json:"at"`
	Month verdict.ReviewMonth `json:"month"`
}

// Review compares the cluster of the input's workload name with the verdict that the migration names. In carries region,
// requirements, catalog and options; its workload is not read beyond cluster, region and what is there. What cannot be compared
// is no error: the review says why. An error means that history or ledger could not be read; what was compared until then is
// kept for the next call.
func (r *Reviewer) Review(ctx context.Context, name string, m Migration, in analyzer.Input) (*verdict.Review, error) {
	from, c := m.From, r.cluster(name)
	c.mu.Lock()
	defer c.mu.Unlock()
	problem, err := r.predicted(ctx, name, c, from)
	if err == nil && problem == "" {
		err = r.months(ctx, name, c, in)
	}
	if err == nil && problem == "" && m.Bill != nil {
		r.askBill(ctx, name, c, m)
		r.spent(name, c.rec.Bill)
	}
	if c.unsaved {
		r.save(ctx, name, c)
	}
	if err != nil {
		return nil, fmt.Errorf("compare %s with the verdict on %s: %w", name, from.Cluster, err)
	}
	if problem != "" {
		return review.Without(from.Cluster, problem), nil
	}
	months := make([]verdict.ReviewMonth, 0, len(c.rec.Months))
	for _, k := range c.rec.Months {
		if m.Bill != nil {
			k.Month = review.WithBill(k.Month, c.rec.Verdict, c.rec.Bill.of(k.Month.Window, m))
		}
		months = append(months, k.Month)
	}
	return review.Of(from.Cluster, c.rec.Verdict, in.Workload.MSK, months), nil
}

func (r *Reviewer) cluster(name string) *cluster {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.clusters == nil {
		r.clusters = map[string]*cluster{}
	}
	if r.clusters[name] == nil {
		r.clusters[name] = &cluster{}
	}
	return r.clusters[name]
}

// Attach returns the clusters, those that were migrated with the comparison.
func (r *Reviewer) Attach(clusters []agent.Cluster, migrations map[string]Migration) []agent.Cluster {
	out := slices.Clone(clusters)
	for i := range out {
		name := out[i].Name
		if m, ok := migrations[name]; ok {
			out[i].Review = func(ctx context.Context, in analyzer.Input) (*verdict.Review, error) {
				return r.Review(ctx, name, m, in)
			}
		}
	}
	return out
}

// months compares those that are not known yet, or that may have changed.
func (r *Reviewer) months(ctx context.Context, name string, c *cluster, in analyzer.Input) error {
	now := r.Now().UTC()
	var kept []keptReview
	windows := review.Months(c.rec.FirstAt, now.Truncate(time.Minute), mostMonths)
	for i, w := range windows {
		at := slices.IndexFunc(c.rec.Months, func(k keptReview) bool { return k.Month.Window.Start.Equal(w.Start) })
		if at >= 0 && usable(c.rec.Months[at], w, now) {
			kept = append(kept, c.rec.Months[at])
			continue
		}
		one, err := r.month(ctx, name, c.rec.Verdict, in, w, now)
		if err != nil { // what is not reached stays as it was
			later := slices.DeleteFunc(slices.Clone(c.rec.Months),
				func(k keptReview) bool { return k.Month.Window.Start.Before(windows[i].Start) })
			c.rec.Months = append(kept, later...)
			return err
		}
		if at >= 0 && final(w, c.rec.Months[at].At) && one.Coverage <= c.rec.Months[at].Month.Coverage {
			one = c.rec.Months[at].Month // no gap was filled, and it was compared while its topics could be counted
		}
		kept = append(kept, keptReview{now, one})
		c.unsaved = c.unsaved || final(w, now)
	}
	c.rec.Months = kept
	return nil
}

func (r *Reviewer) month(ctx context.Context, name string, predicted verdict.Verdict, in analyzer.Input, w workload.Window,
	now time.Time) (verdict.ReviewMonth, error) {
	observed, err := r.History.Workload(ctx, name, w)
	if err != nil {
		return verdict.ReviewMonth{}, err
	}
	observed.Cluster, observed.MSK = name, in.Workload.MSK
	if observed.Region == "" {
		observed.Region = in.Workload.Region
	}
	in.Workload = observed
	o := review.Observed{Input: in, Window: w}
	if now.Sub(w.End) < counted {
		o.CountedAt = now.Truncate(time.Minute)
	}
	return review.Month(predicted, o), nil
}

func final(w workload.Window, now time.Time) bool {
	return review.Over(w) && now.Sub(w.End) >= finalAfter
}

// usable reports whether a month need not be compared again: one that is over once it was compared after it was final, and, while
// gaps may still be filled, once a day; another one for an hour.
func usable(k keptReview, w workload.Window, now time.Time) bool {
	age := now.Sub(k.At)
	switch {
	case age < 0:
		return false
	case !final(w, now) || !final(w, k.At):
		return age < fresh && review.Over(w) == review.Over(k.Month.Window)
	case k.Month.Coverage < review.WholeCoverage && now.Sub(w.End) < correctable:
		return age < 24*time.Hour
	}
	return true
}

// save keeps the prediction and the months that are over. A ledger that cannot be written costs no comparison: the next one
// saves it.
func (r *Reviewer) save(ctx context.Context, name string, c *cluster) {
	if !r.Keep || c.rec == nil {
		return
	}
	doc := *c.rec
	doc.Months = slices.DeleteFunc(slices.Clone(c.rec.Months), func(k keptReview) bool { return !final(k.Month.Window, k.At) })
	body, err := json.Marshal(doc)
	if err == nil {
		err = r.Ledger.SaveDocument(ctx, ledger.Reviewed, name, body)
	}
	if err != nil {
		r.Log.Error().Err(err).Str("cluster", name).Msg("comparison with the prediction not saved")
		return
	}
	c.unsaved = false
}
