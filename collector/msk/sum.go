package msk

import (
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
	// known are the brokers with what other readings told of them; nil: nothing.
	known map[int32]*workload.Broker
	// live tells that the brokers of the control plane are those of the grid's time.
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
		if c.state == guessed {
			f.Method = workload.Estimated
			s := a.grid.list[i]
			a.gaps.Count(s.name+" of "+s.owner(), s.ownerName(), a.whyMissing(i), "its last value is taken, between nothing and its largest of the last hour", s.quantity.names()...)
		}
	}
	if !found {
		return nil
	}
	s := a.grid.list[of[0]]
	f.Source = fmt.Sprintf("%s: %s, %s", sourceName, s.name, s.stat)
	f.High = math.Max(f.High, f.Value)
	return &f
}

func (a *assembly) whyMissing(i int) string {
	if why := a.grid.broken[i]; why != "" {
		return why
	}
	return "datapoints did not come in time"
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
	f := a.total(of)
	if f == nil || !a.live || a.grid.list[of[0]].shape != ofBroker {
		return f
	}
	busiest, seen := 0.0, map[int32]bool{}
	for _, i := range of {
		if c := a.cells[i]; c.state != absent {
			seen[a.grid.list[i].broker] = true
			busiest = math.Max(busiest, c.high)
		}
	}
	for _, n := range a.cluster.Nodes {
		if !seen[n.ID] {
			f.High += busiest
			f.Method = workload.Estimated
			a.gaps.Count(a.grid.list[of[0]].name+" of broker", fmt.Sprint(n.ID), "the control plane lists it, and it publishes nothing", "it may carry as much as the busiest of the others", q.names()...)
		}
	}
	return f
}

// gauge is the single value of a quantity; nil where it is not published.
func (a *assembly) gauge(of []int) *workload.Figure {
	if len(of) != 1 || a.cells[of[0]].state == absent {
		return nil
	}
	s := a.grid.list[of[0]]
	return workload.Exactly(a.cells[of[0]].value, workload.Measured, fmt.Sprintf("%s: %s, %s", sourceName, s.name, s.stat)).Ptr()
}
