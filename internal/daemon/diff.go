package daemon

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/verdict"
)

// diffReporter adds to each verdict what has changed since the cluster's last report.
type diffReporter struct {
	ledger *ledgerAdapter
	next   agent.Reporter
}

// reported is the kind of the documents that hold when a cluster was last reported on.
const reported = "reported"

// Report reports also on what cannot be compared.
func (s diffReporter) Report(ctx context.Context, verdicts []verdict.Verdict, now time.Time) error {
	verdicts = slices.Clone(verdicts)
	var errs []error
	for i := range verdicts {
		before, at, err := s.last(ctx, verdicts[i].Cluster)
		if err != nil {
			errs = append(errs, fmt.Errorf("compare with the last report on %s: %w", verdicts[i].Cluster, err))
		} else if before != nil {
			verdicts[i].Diff = verdict.DiffSince(at, *before, verdicts[i])
		}
	}
	errs = append(errs, s.next.Report(ctx, verdicts, now))
	body, err := json.Marshal(now)
	for i := 0; err == nil && i < len(verdicts); i++ {
		err = s.ledger.note(s.ledger.SaveDocument(ctx, reported, verdicts[i].Cluster, body))
	}
	return errors.Join(append(errs, err)...)
}

// last is the verdict that was in force when the cluster was last reported on; nil when there is none.
func (s diffReporter) last(ctx context.Context, cluster string) (*verdict.Verdict, time.Time, error) {
	var at time.Time
	body, _, err := s.ledger.Document(ctx, reported, cluster)
	if err != nil || body == nil {
		return nil, at, err
	}
	if err := json.Unmarshal(body, &at); err != nil {
		return nil, at, err
	}
	v, found, err := s.ledger.VerdictBefore(ctx, cluster, at.Add(time.Millisecond)) // that of the report itself is meant
	if err != nil || !found {
		return nil, at, err
	}
	return &v, at, nil
}
