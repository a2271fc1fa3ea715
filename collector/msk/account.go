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
	SaveAccount(ctx context.Context, arn string, a Account) error
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

	mu     sync.Mutex
	opened bool
	a      Account
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
		p.a.Month, p.a.Metrics = m, 0
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

// spend notes n metrics before they are requested: a process that dies meanwhile has asked for them all the same. The error is a
// SpentError. A ledger that cannot be written is logged; the account is kept in memory then.
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
	p.a.Metrics = max(0, p.a.Metrics+p.charge(n, back))
	if back {
		p.a.Back += n
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
	change(&p.a)
}

// save writes the account down.
func (p *purse) save(ctx context.Context) {
	if p.accounts == nil {
		return
	}
	if err := p.accounts.SaveAccount(ctx, p.arn, p.account()); err != nil && !errors.Is(err, context.Canceled) {
		p.log.Warn().Err(err).Msg("CloudWatch cost not saved")
	}
}
