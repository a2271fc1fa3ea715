package agent

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/verdict"
)

// A comparison with a prediction comes after the alerts, is in what is shown and reported, and not in the ledger. A preview has
// none: the past is not there yet.
func TestAReviewHoldsUpNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, f := newTestAgent(t, DefaultConfig(), map[string]sourceFunc{"orders": quick})
		c := a.find("orders")
		notified, reviews := false, 0
		f.notifyFn = func([]drift.Event) error { notified = true; return nil }
		c.Review = func(context.Context, analyzer.Input) (*verdict.Review, error) {
			reviews++
			if !notified {
				t.Error("the review came before the alerts")
			}
			return &verdict.Review{From: "orders-old"}, nil
		}
		if err := a.preview(t.Context(), c); err != nil || reviews > 0 {
			t.Errorf("a preview made %d reviews: %v", reviews, err)
		}
		if err := a.analyze(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		if shown := a.Status()[0].Verdict; reviews != 1 || shown.Review == nil {
			t.Errorf("%d reviews; shown: %+v", reviews, shown.Review)
		}
		if len(f.verdicts) != 1 || f.verdicts[0].Review != nil {
			t.Errorf("the ledger has %+v", f.verdicts)
		}
		if err := a.report(t.Context()); err != nil || f.reports[0][0].Review == nil {
			t.Errorf("the report lacks the review: %v", err)
		}
	})
}
