package daemon

import (
	"fmt"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/agent"
	"github.com/mskfit/mskfit/internal/progress"
	"github.com/mskfit/mskfit/internal/workload"
)

// progressLogged is how often a single run logs how far it has come.
const progressLogged = 30 * time.Second

// runProgress shows how far a single run has come: on the terminal, if there is one, and in the log now and then. Reading days
// back takes minutes.
type runProgress struct {
	agent.Observer
	line *progress.Line
	log  zerolog.Logger
	now  func() time.Time

	mu       sync.Mutex
	loggedAt time.Time
}

func newRunProgress(inner agent.Observer, line *progress.Line, log zerolog.Logger, now func() time.Time) *runProgress {
	return &runProgress{Observer: inner, line: line, log: log, now: now, loggedAt: now()}
}

// step says what comes next.
func (p *runProgress) step(text string) {
	p.line.Show(text)
	p.log.Info().Str("step", text).Msg("single run")
}

// Collected shows that a source was read.
func (p *runProgress) Collected(cluster, source string, s workload.Sample, took time.Duration, err error) {
	p.line.Show(cluster + ": " + source + " was read")
	p.Observer.Collected(cluster, source, s, took, err)
}

// Backfilled shows how far reading back has come.
func (p *runProgress) Backfilled(cluster, source string, b agent.Backfill) {
	p.Observer.Backfilled(cluster, source, b)
	if b.Done {
		return
	}
	text := fmt.Sprintf("%s: reading back %s from %s: %.0f %%, %s is reached", cluster, workload.FormatDuration(b.Span.Duration()),
		source,
		100*b.Ratio(), b.Reached.UTC().Format("2006-01-02"))
	p.line.Show(text)
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := p.now(); now.Sub(p.loggedAt) >= progressLogged {
		p.loggedAt = now
		p.log.Info().Str("step", text).Msg("single run")
	}
}
