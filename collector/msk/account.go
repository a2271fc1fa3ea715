package msk

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/workload"
)

// Account is what must outlive a process: what reading a cluster's metrics has cost this month, and how far it has come. Without it
// every start would ask for the same minutes again, and pay again.
type Account struct {
	// Month is the calendar month in UTC that Metrics counts, as AWS bills: "2026-11".
	Month string `json:"month"`
	// Metrics are those requested in the month, pages and repetitions included.
	Metrics int64 `json:"metrics"`
	// Announced is what reading back was said to request once, and Back what it has requested. Only what is beyond Announced
	// counts in Metrics.
	Announced int64 `json:"announced"`
	Back      int64 `json:"back"`
	// Cluster is the name under which history has what was read.
	Cluster string `json:"cluster"`
	// Since is where the unbroken stretch of minutes begins that was read as they came; zero: nothing was read yet.
	Since time.Time `json:"since"`
	// Rates and Details are how far either has been read.
	Rates   Progress `json:"rates"`
	Details Progress `json:"details"`
}

// Progress is how far metrics have been read.
type Progress struct {
	// Kept is the end of the last minute that is in history, Asked the end of the last span that was requested.
	Kept  time.Time `json:"kept"`
	Asked time.Time `json:"asked"`
	// Interval is how often they were read.
	Interval time.Duration `json:"interval"`
}

// Accounts keeps the accounts of clusters, by ARN.
type Accounts interface {
	// LoadAccount returns the zero Account when there is none.
	LoadAccount(ctx context.Context, arn string) (Account, error)
	// UpdateAccount replaces the account by what change makes of it and returns that. Nobody else changes it in between. change may
	// be called more than once.
	UpdateAccount(ctx context.Context, arn string, change func(Account) Account) (Account, error)
}

// SpentError says that a month's budget does not pay for what was to be read.
type SpentError struct {
	// Budget and Spent are in US dollars, by a price that is not verified.
	Budget, Spent float64
	// Until is the first instant of the next month.
	Until time.Time
}

// Error says what was spent, until when nothing is read, and what can be done.
func (e *SpentError) Error() string {
	return fmt.Sprintf("this month's budget of %s for CloudWatch is spent (%s requested): reading resumes at %s, or when cloudwatch.monthly_budget_usd is raised",
		workload.FormatUSD(e.Budget), workload.FormatUSD(e.Spent), e.Until.Format("2006-01-02 15:04 MST"))
}

// purse pays for metrics out of the month's budget. It is safe for concurrent use.
type purse struct {
	accounts Accounts // nil: the account ends with the process
	arn      string
	budget   float64 // US dollars in a month of 730 hours
	now      func() time.Time
	log      zerolog.Logger

	saving sync.Mutex // held while the account is written

	mu     sync.Mutex // guards the rest
	opened bool
	a      Account
	// unsaved is what a has and the ledger does not have yet.
	unsaved unsaved
}

// unsaved is what one process adds to an account. Only that is written, so that two processes that read the same cluster, one after
// the other or for a moment at once, both count.
type unsaved struct {
	metrics, back int64
	progress      bool
}

// onto adds u to the account that the ledger has; mine is the account as this process knows it.
func (u unsaved) onto(stored, mine Account) Account {
	if stored.Month < mine.Month {
		stored.Month, stored.Metrics = mine.Month, 0
	}
	stored.Metrics = max(0, stored.Metrics+u.metrics)
	stored.Back += u.back
	if stored.Announced == 0 {
		stored.Announced = mine.Announced
	}
	if u.progress {
		stored.Cluster, stored.Since, stored.Rates, stored.Details = mine.Cluster, mine.Since, mine.Rates, mine.Details
	}
	return stored
}

// open reads the account, once.
func (p *purse) open(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.opened || p.accounts == nil {
		p.opened = true
		return nil
	}
	a, err := p.accounts.LoadAccount(ctx, p.arn)
	if err != nil {
		return fmt.Errorf("this month's CloudWatch cost is unknown, so nothing is requested: %w", err)
	}
	p.a, p.opened = a, true
	return nil
}

// roll begins a new month. The caller holds mu.
func (p *purse) roll() {
	if m := p.now().UTC().Format("2006-01"); p.a.Month != m {
		p.a.Month, p.a.Metrics, p.unsaved.metrics = m, 0, 0
	}
}

// bounds are those of the present month.
func (p *purse) bounds() (start, end time.Time) {
	now := p.now().UTC()
	start = time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, time.UTC)
	return start, start.AddDate(0, 1, 0)
}

// allowed is how many metrics the present month's budget pays for: the budget is that of 730 hours, and a month of 31 days
// has 744.
func (p *purse) allowed() int64 {
	start, end := p.bounds()
	return int64(p.budget * float64(end.Sub(start)) / float64(month) / pricePerThousand * 1000)
}

// affords reports whether the rest of the month's budget pays for n metrics.
func (p *purse) affords(n int) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.roll()
	return p.a.Metrics+int64(n) <= p.allowed()
}

// spent is the error of a month whose budget is used up.
func (p *purse) spent() *SpentError {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, end := p.bounds()
	return &SpentError{Budget: p.budget, Spent: price(float64(p.a.Metrics)), Until: end}
}

// spend notes n metrics before they are requested: a process that dies in between has asked for them all the same. The error is a
// SpentError, also when another process has spent the rest of the budget since this one last read the account. A ledger that cannot
// be written is logged; the account is kept in memory then.
func (p *purse) spend(ctx context.Context, n int, back bool) error {
	p.mu.Lock()
	p.roll()
	charged := p.charge(int64(n), back)
	if charged > 0 && p.a.Metrics+charged > p.allowed() {
		p.mu.Unlock()
		return p.spent()
	}
	p.note(int64(n), back)
	p.mu.Unlock()
	p.save(ctx)
	p.mu.Lock()
	over := charged > 0 && p.a.Metrics > p.allowed()
	if over {
		p.note(-int64(n), back)
	}
	p.mu.Unlock()
	if over {
		p.save(ctx)
		return p.spent()
	}
	return nil
}

// extra notes metrics that are billed whether the budget pays for them or not: further pages of an answer.
func (p *purse) extra(n int, back bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.roll()
	p.note(int64(n), back)
}

// refund takes back what AWS refused to answer, which it does not bill.
func (p *purse) refund(n int, back bool) { p.extra(-n, back) }

// charge is how much of n counts against the month. The caller holds mu.
func (p *purse) charge(n int64, back bool) int64 {
	if !back {
		return n
	}
	return max(0, p.a.Back+n-p.a.Announced) - max(0, p.a.Back-p.a.Announced)
}

// note adds n metrics. The caller holds mu.
func (p *purse) note(n int64, back bool) {
	before := p.a.Metrics
	p.a.Metrics = max(0, before+p.charge(n, back))
	p.unsaved.metrics += p.a.Metrics - before
	if back {
		p.a.Back += n
		p.unsaved.back += n
	}
}

// announce notes what reading back requests once, the first time that it is known.
func (p *purse) announce(metrics int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.a.Announced == 0 {
		p.a.Announced = int64(metrics)
	}
}

// account returns a copy.
func (p *purse) account() Account {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.a
}

// progress notes how far reading has come.
func (p *purse) progress(change func(*Account)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	before := p.a
	change(&p.a)
	p.unsaved.progress = p.unsaved.progress || p.a != before
}

// save adds to the account in the ledger what this process has requested since it last did, and takes over the sum.
func (p *purse) save(ctx context.Context) {
	if p.accounts == nil {
		return
	}
	p.saving.Lock()
	defer p.saving.Unlock()
	p.mu.Lock()
	mine, adding := p.a, p.unsaved
	p.unsaved.progress = false
	p.mu.Unlock()
	sum, err := p.accounts.UpdateAccount(ctx, p.arn, func(stored Account) Account { return adding.onto(stored, mine) })
	p.mu.Lock()
	defer p.mu.Unlock()
	if err != nil {
		p.unsaved.progress = p.unsaved.progress || adding.progress
		if !errors.Is(err, context.Canceled) {
			p.log.Warn().Err(err).Msg("CloudWatch cost not saved")
		}
		return
	}
	p.take(sum, adding)
}

// take takes over what the ledger has, now that it includes what was added. What was noted since stays to be saved. The caller
// holds mu.
func (p *purse) take(sum Account, added unsaved) {
	mine := p.a
	if mine.Month == sum.Month {
		p.unsaved.metrics -= added.metrics
	}
	p.unsaved.back -= added.back
	p.a = p.unsaved.onto(sum, mine)
}
