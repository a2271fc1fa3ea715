package msk

import (
	"math"
	"time"
)

// remembered is how long a series that fell silent is expected to speak again: a broker that restarts, a datapoint that
// CloudWatch lost. After that it carries nothing: MSK publishes a topic's metrics once it has traffic (S-MET).
const remembered = time.Hour

// memory is what is known of one series from its past.
type memory struct {
	at   time.Time // where the last datapoint's slot ended
	last float64
	// hour is when the younger of two spans of an hour began; high are the largest values in it and in the one before.
	hour time.Time
	high [2]float64
}

// note takes a datapoint over.
func (m *memory) note(at time.Time, v float64) {
	if hour := at.Truncate(time.Hour); !hour.Equal(m.hour) {
		before := m.high[0]
		if hour.Sub(m.hour) > time.Hour {
			before = 0
		}
		m.hour, m.high = hour, [2]float64{0, before}
	}
	m.at, m.last = at, v
	m.high[0] = math.Max(m.high[0], v)
}

// expects reports whether a datapoint at this time is missing rather than not to be.
func (m *memory) expects(at time.Time) bool { return !m.at.IsZero() && at.Sub(m.at) <= remembered }

// highest is the largest value of the last hour or two.
func (m *memory) highest() float64 { return math.Max(m.high[0], m.high[1]) }

// cell is the value of one series in one slot.
type cell struct {
	value, low, high float64
	state
}

type state int

const (
	absent  state = iota // nothing was published, and nothing is missing
	present              // a datapoint
	guessed              // a datapoint is missing: the last value, between nothing and the largest of the last hour
)

// cells fills in the slot's value of every series and moves their memories on.
func (g *grid) cells(slot int, memories map[string]*memory, out []cell) {
	at := g.at(slot)
	for i, s := range g.list {
		m := memories[s.key]
		if m == nil {
			m = &memory{}
			memories[s.key] = m
		}
		v := g.rows[i][slot]
		switch {
		case !math.IsNaN(v):
			m.note(at.Add(g.period), v)
			out[i] = cell{v, v, v, present}
		case !m.expects(at):
			out[i] = cell{}
		case s.rate:
			out[i] = cell{m.last, 0, m.highest(), guessed}
		default:
			out[i] = cell{m.last, m.last, m.last, present} // a gauge, a few minutes old
		}
	}
}

// settled reports whether nothing is missing in the slots [from, to) that could still come.
func (g *grid) settled(from, to int, memories map[string]*memory) bool {
	for i, s := range g.list {
		if g.broken[i] != "" {
			return false
		}
		if !s.rate {
			continue
		}
		m := memories[s.key]
		expected := m != nil && m.expects(g.at(from))
		missing := false
		for _, v := range g.rows[i][from:to] {
			if math.IsNaN(v) {
				missing = true
			} else {
				expected = true
			}
		}
		if expected && missing {
			return false
		}
	}
	return true
}
