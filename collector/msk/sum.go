package msk

import (
	"cmp"
	"fmt"
	"math"

	"github.com/mskfit/mskfit/collector"
	"github.com/mskfit/mskfit/internal/workload"
)

// assembly makes samples of the slots of one grid that was filled.
type assembly struct {
	cluster *Cluster
	grid    *grid
	layout  layout
	cells   []cell
	gaps    *collector.Gaps
	// known are the brokers with what other readings said about them; nil: nothing.
	known map[int32]*workload.Broker
	// first is the slot that the window begins with: those before it only show what to expect.
	first int
	// bare leaves topics, groups and brokers out.
	bare bool
	// live is true when the brokers of the control plane are those of the grid's time.
	live bool
}

func newAssembly(cluster *Cluster, g *grid, gaps *collector.Gaps) *assembly {
	return &assembly{cluster: cluster, grid: g, layout: layoutOf(g.list), cells: make([]cell, len(g.list)), gaps: gaps}
}

// total adds up series of different brokers, topics or listeners. It is nil where none of them has a value. A missing datapoint
// makes it an estimate between what the others carry and what the missing one carried at most.
func (a *assembly) total(of []int) *workload.Figure {
	var f workload.Figure
	found := false
	f.Method = workload.Measured
	for _, i := range of {
		c := a.cells[i]
		if c.state == absent {
			continue
		}
		found = true
		f.Value, f.Low, f.High = f.Value+c.value, f.Low+c.low, f.High+c.high
		if c.state != present {
			f.Method = workload.Estimated
		}
		if c.state == guessed {
			s := a.grid.list[i]
			a.gaps.Count(s.name+" of "+s.owner(), s.ownerName(), a.whyMissing(i), guessEffect, s.leavesOpen()...)
		}
	}
	if !found {
		return nil
	}
	f.Source = a.grid.list[of[0]].source
	f.High = math.Max(f.High, f.Value)
	return &f
}

// guessEffect is what a missing datapoint of a rate means for the figures of its minute.
const guessEffect = "its last value is used, with bounds from 0 to its largest of the last hour"

// leavesOpen names the cluster's quantities that the series is needed for: none for a topic's share on one broker, because the
// cluster's figures are its brokers'.
func (s *series) leavesOpen() []string {
	if s.shape == ofBrokerTopic {
		return nil
	}
	return s.quantity.names()
}

func (a *assembly) whyMissing(i int) string {
	if why := a.grid.broken[i]; why != "" {
		return why
	}
	return "datapoints did not arrive in time"
}

// owner and ownerName say of what the series is: "broker" and "3".
func (s *series) owner() string {
	switch s.shape {
	case ofBroker, ofListener:
		return "broker"
	case ofTopic, ofBrokerTopic:
		return "topic"
	case ofGroupTopic:
		return "group"
	}
	return "cluster"
}

func (s *series) ownerName() string {
	switch s.shape {
	case ofBroker, ofListener:
		return fmt.Sprint(s.broker)
	case ofTopic, ofBrokerTopic:
		return s.topic
	}
	return s.group
}

// ofCluster is the total of a quantity over the whole cluster. A broker that the control plane lists and that publishes nothing may
// carry as much as the busiest of the others.
func (a *assembly) ofCluster(q quantity) *workload.Figure {
	of := a.layout.cluster[q]
	f := a.asThrottled(q, a.total(of))
	if f == nil || !a.live || a.grid.list[of[0]].shape != ofBroker {
		return f
	}
	busiest, seen, why := 0.0, map[int32]bool{}, map[int32]string{}
	for _, i := range of {
		if c := a.cells[i]; c.state != absent {
			seen[a.grid.list[i].broker] = true
			busiest = math.Max(busiest, c.high)
		}
		why[a.grid.list[i].broker] = a.grid.broken[i]
	}
	for _, n := range a.cluster.Nodes {
		if !seen[n.ID] {
			f.High += busiest
			f.Method = workload.Estimated
			a.gaps.Count(a.grid.list[of[0]].name+" of broker", fmt.Sprint(n.ID),
				cmp.Or(why[n.ID], "the control plane lists it, but it publishes no metrics"),
				"it may carry as much as the busiest other broker", q.names()...)
		}
	}
	return f
}

// gauge is the single value of a quantity; nil where it is not published.
func (a *assembly) gauge(of []int) *workload.Figure {
	if len(of) != 1 || a.cells[of[0]].state == absent {
		return nil
	}
	return workload.Exactly(a.cells[of[0]].value, a.methodOf(of[0]), a.grid.list[of[0]].source).Ptr()
}

// methodOf says how the cell was obtained: a datapoint is measured, what stands for one is not.
func (a *assembly) methodOf(i int) workload.Method {
	if a.cells[i].state == present {
		return workload.Measured
	}
	return workload.Estimated
}

// published is how many of the series have a datapoint of their own in the slot.
func (a *assembly) published(of []int) (n int) {
	for _, i := range of {
		if a.cells[i].state == present {
			n++
		}
	}
	return n
}
