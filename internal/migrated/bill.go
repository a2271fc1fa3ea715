package migrated

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/mskfit/mskfit/analyzer/review"
	"github.com/mskfit/mskfit/internal/bill"
	"github.com/mskfit/mskfit/internal/workload"
)

// Bills gives the days of one cluster's bill; requested is called before each request, which costs [bill.RequestUSD].
type Bills interface {
	Days(ctx context.Context, w workload.Window, requested func()) ([]bill.Day, error)
}

const (
	// askEvery is the shortest time between two questions for a bill: every request is billed.
	askEvery = 24 * time.Hour
	// billedAfter is how long after the end of a month its bill is first asked for: AWS updates Cost Explorer at least once a day.
	billedAfter = 24 * time.Hour
)

// kept is what is known of a cluster's bill, as the ledger keeps it.
type kept struct {
	// Filter is which costs were taken as the cluster's, in words; bills by another filter are not kept.
	Filter  string       `json:"filter"`
	AskedAt time.Time    `json:"asked_at"`
	Problem string       `json:"problem,omitempty"` // why the last question was not answered
	Months  []keptBilled `json:"months,omitempty"`
	// Month is the calendar month (UTC) that Requests counts: "2026-11".
	Month    string `json:"month,omitempty"`
	Requests int    `json:"requests,omitempty"`
}

// keptBilled is the bill of one calendar month.
type keptBilled struct {
	Start     time.Time `json:"start"`
	USD       float64   `json:"usd"`
	Days      int       `json:"days"` // with a cost
	Estimated bool      `json:"estimated,omitempty"`
}

// of is the known part of a month's bill; k may be nil.
func (k *kept) of(w workload.Window, m Migration) review.Bill {
	filter := m.Bill.Filter(m.Region)
	if k == nil || k.Filter != filter {
		return review.Bill{Problem: "mskfit run has not asked for it yet: it does so once a day, for months that are over"}
	}
	for _, b := range k.Months {
		switch {
		case !b.Start.Equal(w.Start):
		case b.Days == 0:
			return review.Bill{Problem: fmt.Sprintf("Cost Explorer lists no cost for %s in the month: check cost_explorer, and that the tag was active as a cost allocation tag then", filter)}
		default:
			return review.Bill{USD: &b.USD, Days: b.Days, Estimated: b.Estimated}
		}
	}
	if k.Problem != "" {
		return review.Bill{Problem: fmt.Sprintf("%s (asked on %s, once a day)", k.Problem, words(k.AskedAt))}
	}
	return review.Bill{Problem: "Cost Explorer is asked a day after the end of the month"}
}

// askBill asks for the bills of the months that are over, if any is not final, once a day. What it finds is in the record; so
// is why it found nothing.
func (r *Reviewer) askBill(ctx context.Context, name string, c *cluster, m Migration) {
	if r.Bills == nil || !r.Keep {
		return
	}
	now := r.Now().UTC()
	filter := m.Bill.Filter(m.Region)
	if c.rec.Bill == nil || c.rec.Bill.Filter != filter {
		fresh := kept{Filter: filter}
		if old := c.rec.Bill; old != nil {
			fresh.Month, fresh.Requests = old.Month, old.Requests
		}
		c.rec.Bill = &fresh
	}
	k := c.rec.Bill
	w, due := k.due(c.rec.Months, now)
	if !due {
		return
	}
	k.AskedAt, c.unsaved = now, true
	requested := func() { // before it is made: a process that dies during the request has paid for it
		k.count(now)
		r.save(ctx, name, c)
	}
	reader, err := r.Bills(ctx, *m.Bill, m.Region)
	var days []bill.Day
	if err == nil {
		days, err = reader.Days(ctx, w, requested)
	}
	k.Problem = ""
	if err != nil {
		k.Problem = err.Error()
		r.Log.Warn().Err(err).Str("cluster", name).Msg("bill not read")
	} else {
		k.add(days)
	}
	c.unsaved = true
}

// due is the time for which bills have to be asked: whole calendar months that are over, from the first to the last that is not
// final. It reports false while there is none, and for a day after the last question.
func (k *kept) due(months []keptReview, now time.Time) (w workload.Window, due bool) {
	if age := now.Sub(k.AskedAt); age >= 0 && age < askEvery {
		return w, false
	}
	for _, month := range months {
		of := month.Month.Window
		known := slices.ContainsFunc(k.Months,
			func(b keptBilled) bool { return b.Start.Equal(of.Start) && !b.Estimated && b.Days > 0 })
		if !review.WholeMonth(of) || now.Sub(of.End) < billedAfter || known {
			continue
		}
		if !due {
			w.Start = of.Start
		}
		w.End, due = of.End, true
	}
	return w, due
}

// add puts days into their months, in place of what was known of these.
func (k *kept) add(days []bill.Day) {
	sums := map[time.Time]*keptBilled{}
	var starts []time.Time
	for _, d := range days {
		start := time.Date(d.At.Year(), d.At.Month(), 1, 0, 0, 0, 0, time.UTC)
		if sums[start] == nil {
			sums[start] = &keptBilled{Start: start}
			starts = append(starts, start)
		}
		b := sums[start]
		b.USD += d.USD
		b.Estimated = b.Estimated || d.Estimated
		if d.USD > 0 {
			b.Days++
		}
	}
	k.Months = slices.DeleteFunc(k.Months, func(b keptBilled) bool { return sums[b.Start] != nil })
	for _, start := range starts {
		k.Months = append(k.Months, *sums[start])
	}
}

func (k *kept) count(now time.Time) {
	if month := monthName(now); k.Month != month {
		k.Month, k.Requests = month, 0
	}
	k.Requests++
}

func monthName(t time.Time) string { return t.UTC().Format("2006-01") }

// spent notes what the record says of requests, for metrics: those do not wait for a review.
func (r *Reviewer) spent(name string, k *kept) {
	if k == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.costs == nil {
		r.costs = map[string]billCost{}
	}
	r.costs[name] = billCost{k.Month, float64(k.Requests) * bill.RequestUSD}
}

// billCost is what asking for one cluster's bill cost in a month.
type billCost struct {
	month string
	usd   float64
}

// BillCosts calls each with what asking for bills has cost this calendar month (UTC), in US dollars, for each cluster whose bill is
// compared.
func (r *Reviewer) BillCosts(each func(cluster string, usd float64)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for name, c := range r.costs {
		if c.month != monthName(r.Now()) {
			c.usd = 0
		}
		each(name, c.usd)
	}
}
