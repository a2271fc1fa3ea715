package kafka

import (
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// slow is what changes slowly and is read once in a while.
type slow struct {
	at time.Time
	// round numbers the slow sweeps, from 1; fresh is true when this sweep made one.
	round   int
	fresh   bool
	posture *workload.Posture
	// gaps are those of the last slow sweep, repeated until the next.
	gaps *gaps
	// configWhy is why a topic's configuration could not be read.
	configWhy map[string]string
}

func (s *slow) configRefusal(topic string) string { return s.configWhy[topic] }
func (s *slow) allowConfig(topic string)          { delete(s.configWhy, topic) }
func (s *slow) refuseConfig(topic, why string) {
	if s.configWhy == nil {
		s.configWhy = map[string]string{}
	}
	s.configWhy[topic] = why
}

// slowDue reports whether this sweep reads what changes slowly.
func (s *Source) slowDue() bool { return s.slow.fresh }

// beginSlow decides at a sweep's begin whether it is a slow one.
func (s *Source) beginSlow(now time.Time) {
	s.slow.fresh = s.slow.at.IsZero() || now.Sub(s.slow.at) >= s.cfg.SlowEvery
	if s.slow.fresh {
		s.slow.at = now
		s.slow.round++
	}
}
