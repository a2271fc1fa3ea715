package kafka

import (
	"github.com/mskfit/mskfit/internal/workload"
)

// view is what one sample is made of.
type view struct {
	*Source
	scope scope
	edges edges
	// average is the cluster's mean bytes per record, for records about which nothing is known.
	average float64
	total   sum
	records sum
	stored  sum
	// sentTotal are the record batches of user topics.
	sentTotal sum
	// lumps are the squares of the bytes and records per second of one batch of each topic.
	lumpBytes, lumpRecords float64
	hottest                busiest
	read                   busiest
	brokers                map[int32]*sum
	// edge and commitEdge are the edge errors of brokers, by id: many partitions share them.
	edge, commitEdge map[int32]float64
	topics           []workload.Topic
	// perTopic finds a topic's place in topics.
	perTopic map[string]int
	readOf   map[string]*reads
}

// sample makes the sample of a scope from what the partitions and groups hold.
func (s *Source) sample(sc scope, g *gaps) workload.Sample {
	v := &view{Source: s, scope: sc, edges: s.edgesOf(sc), brokers: map[int32]*sum{}, edge: map[int32]float64{},
		commitEdge: map[int32]float64{}, perTopic: map[string]int{}, readOf: map[string]*reads{}}
	v.average = v.meanDensity()
	for _, name := range s.world.names {
		v.perTopic[name] = len(v.topics)
		v.topics = append(v.topics, v.topic(s.world.topics[name]))
	}
	out := workload.Sample{Source: sourceName, Cluster: s.clusterName(), Window: v.edges.window, Topics: v.topics}
	out.Groups = v.groupList()
	v.spreadReads()
	out.Brokers = v.brokerList()
	out.Totals = v.totals(out.Groups)
	if sc == wholeWindowEdges || s.slow.fresh {
		out.Posture = s.slow.posture
	}
	out.Gaps = g.list()
	return out
}

func (s *Source) edgesOf(sc scope) edges {
	e := edges{to: s.clock.of(s.sweep), window: s.result.window}
	switch {
	case sc == wholeWindowEdges:
		e.from = &s.result.firstTimes
		e.window.Start = s.result.origin.UTC()
	case s.result.previous > 0:
		e.from = s.clock.of(s.result.previous)
	}
	return e
}

// flow returns what a partition took in over the scope, and false when it was not measured.
func (p *partition) flow(sc scope, t *topic) (flow, bool) {
	if sc == wholeWindowEdges {
		if p.total.unsized == 0 {
			return p.total.flow(density{}, false), p.total.seconds > 0
		}
		d, known := p.density(t)
		return p.total.flow(d, known), p.total.seconds > 0
	}
	return p.window, p.fault == faultNone && p.window.seconds > 0
}

// rated reports whether the sample has rates at all.
func (v *view) rated() bool { return v.edges.window.Duration() > 0 }

func (v *view) meanDensity() float64 {
	var bytes, records float64
	for _, t := range v.world.topics {
		for i := range t.parts {
			if f, ok := t.parts[i].flow(v.scope, t); ok {
				bytes += f.bytes
				records += f.records - f.unsized
			}
		}
	}
	if records == 0 {
		return 0
	}
	return bytes / records
}
