package msk

import (
	"math"
	"slices"
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
	carried              // a gauge's datapoint is missing: its last value, up to an hour old
	guessed              // a rate's datapoint is missing: the last value, between nothing and the largest of the last hour
)

// guess is a value that stands for a datapoint which is missing in one slot.
type guess struct {
	slot int
	cell
}

// fill finds what is missing in the first slots, moves the memories on to their end, and keeps what may stand for it.
func (g *grid) fill(memories map[string]*memory, slots int) {
	g.guesses = make([][]guess, len(g.list))
	for i, s := range g.list {
		m := memories[s.key]
		if m == nil {
			m = &memory{}
			memories[s.key] = m
		}
		for slot, v := range g.rows[i][:slots] {
			at := g.at(slot)
			switch {
			case !math.IsNaN(v):
				m.note(at.Add(g.period), v)
			case !m.expects(at):
			case s.rate:
				g.guesses[i] = append(g.guesses[i], guess{slot, cell{m.last, 0, m.highest(), guessed}})
			default:
				g.guesses[i] = append(g.guesses[i], guess{slot, cell{m.last, m.last, m.last, carried}})
			}
		}
	}
}

// cells gives the slot's value of every series, once fill has seen it.
func (g *grid) cells(slot int, out []cell) {
	for i := range g.list {
		v := g.rows[i][slot]
		if !math.IsNaN(v) {
			out[i] = cell{v, v, v, present}
			continue
		}
		out[i] = cell{}
		if at, ok := slices.BinarySearchFunc(g.guesses[i], slot, func(x guess, slot int) int { return x.slot - slot }); ok {
			out[i] = g.guesses[i][at].cell
		}
	}
}

// complete reports whether no datapoint is missing in the slots [from, to) that could still come, once fill has seen them.
func (g *grid) complete(from, to int) bool {
	for i := range g.list {
		if g.broken[i] != "" {
			return false
		}
		for _, x := range g.guesses[i] {
			if x.slot >= from && x.slot < to && x.state == guessed {
				return false
			}
		}
	}
	return true
}

// guessed is how many guesses stand in the slots [from, to) for rates of the tier, once fill has seen them.
func (g *grid) guessed(from, to int, t tier) (n int) {
	for i, s := range g.list {
		for _, x := range g.guesses[i] {
			if s.tier == t && x.slot >= from && x.slot < to && x.state == guessed {
				n++
			}
		}
	}
	return n
}
