package migrated

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/ledger"
)

// A past that is read back after the first comparison is compared too, with the verdict that is right for it.
func TestAPastThatIsReadBackLaterIsCompared(t *testing.T) {
	c := newCompany(t, at(6, 1))
	c.live("orders-old", at(6, 15), 1.5, before, nil)
	right := c.decide("orders-old")
	c.now = at(7, 10)
	c.live("orders", at(7, 11), 1.5, after, nil)
	c.now = at(7, 5)
	c.live("orders-old", at(7, 6), 1.5, before, nil)
	late := c.decide("orders-old")
	c.now = at(7, 11)
	if r := c.review("orders", "orders-old"); !r.PredictedAt.Equal(late.At) || len(r.Months) != 1 {
		t.Fatalf("before: predicted at %s, %d months (%s)", r.PredictedAt, len(r.Months), r.Problem)
	}
	c.now = at(6, 15)
	c.live("orders", at(7, 10), 1.5, after, nil) // read back
	c.now = at(7, 11).Add(2 * fresh)
	r := c.review("orders", "orders-old")
	if !r.PredictedAt.Equal(right.At) || len(r.Months) != 2 || !r.Months[0].Window.Start.Equal(at(6, 15)) {
		t.Errorf("predicted at %s, want %s; months %d", r.PredictedAt, right.At, len(r.Months))
	}
}

// full refuses to save.
type full struct{ Ledger }

func (full) SaveDocument(context.Context, string, string, []byte) error {
	return errors.New("no space left")
}

// A ledger that cannot be written costs no comparison; the next one saves what is missing.
func TestAFullLedgerCostsNoComparison(t *testing.T) {
	c := newCompany(t, at(6, 1))
	c.live("orders-old", at(6, 15), 1.5, before, nil)
	c.decide("orders-old")
	c.live("orders", at(7, 2), 1.5, after, nil)
	works := c.Ledger
	c.Ledger = full{works}
	var log strings.Builder
	c.Log = zerolog.New(&log)
	if r := c.review("orders", "orders-old"); r.Problem != "" || len(r.Months) != 2 ||
		!strings.Contains(log.String(), "no space left") {
		t.Errorf("review %q with %d months, log %s", r.Problem, len(r.Months), log.String())
	}
	c.Ledger = works
	c.review("orders", "orders-old")
	if body, _, err := works.Document(t.Context(), ledger.Reviewed, "orders"); err != nil ||
		!strings.Contains(string(body), `"months":[{`) {
		t.Errorf("saved %s, %v", body, err)
	}
}

// A month that is over keeps the reasons that were counted when it ended, even if gaps keep it from being whole.
func TestAMonthThatIsOverKeepsItsReasons(t *testing.T) {
	c := newCompany(t, at(6, 1))
	c.live("orders-old", at(6, 15), 1.5, before, nil)
	c.decide("orders-old")
	c.live("orders", at(7, 1), 1.5, before, nil)
	c.now = at(7, 12) // a third of July is missing
	c.live("orders", at(8, 1), 1.5, after, nil)
	c.now = c.now.Add(2 * finalAfter)
	july := func() []string {
		m := c.review("orders", "orders-old").Months[1]
		if m.Whole {
			t.Fatalf("July is whole: %+v", m.Coverage)
		}
		return m.Row("stored_bytes").Why
	}
	counted := july()
	if len(counted) == 0 || !strings.Contains(strings.Join(counted, "; "), "topic clicks grew") {
		t.Fatalf("why %q", counted)
	}
	c.now = at(8, 20)
	if got := july(); strings.Join(got, "; ") != strings.Join(counted, "; ") {
		t.Errorf("weeks later: why %q, want %q", got, counted)
	}
}
