package msk

import (
	"cmp"
	"maps"
	"slices"
)

// members are the places of series in a list, by what they show.
type members [quantities][]int

// layout says which series belong to the cluster, to each broker, topic and group.
type layout struct {
	// cluster are the series that the cluster's figures are made of: its brokers' on Provisioned, its topics' on Serverless.
	// Figures of a topic on a broker are never among them.
	cluster members
	brokers []brokerLayout
	topics  []topicLayout
	groups  []groupLayout
}

type brokerLayout struct {
	id int32
	members
}

type topicLayout struct {
	name   string
	groups []string
	members
}

type groupLayout struct {
	name   string
	topics []string
	lag    []int
}

func layoutOf(list []*series) layout {
	var l layout
	brokers, topics, groups := map[int32]*brokerLayout{}, map[string]*topicLayout{}, map[string]*groupLayout{}
	for i, s := range list {
		switch s.shape {
		case ofCluster:
			l.cluster.add(s, i)
		case ofBroker, ofListener:
			l.cluster.add(s, i)
			entry(brokers, s.broker).add(s, i)
		case ofBrokerTopic:
			entry(topics, s.topic).add(s, i)
		case ofTopic:
			l.cluster.add(s, i)
			entry(topics, s.topic).add(s, i)
		case ofGroupTopic:
			t, g := entry(topics, s.topic), entry(groups, s.group)
			t.groups, g.topics, g.lag = append(t.groups, s.group), append(g.topics, s.topic), append(g.lag, i)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(brokers)) {
		brokers[id].id = id
		l.brokers = append(l.brokers, *brokers[id])
	}
	for _, name := range slices.Sorted(maps.Keys(topics)) {
		topics[name].name = name
		slices.Sort(topics[name].groups)
		l.topics = append(l.topics, *topics[name])
	}
	for _, name := range slices.Sorted(maps.Keys(groups)) {
		groups[name].name = name
		slices.Sort(groups[name].topics)
		l.groups = append(l.groups, *groups[name])
	}
	return l
}

func (m *members) add(s *series, i int) { m[s.quantity] = append(m[s.quantity], i) }

func entry[K cmp.Ordered, V any](m map[K]*V, key K) *V {
	if m[key] == nil {
		m[key] = new(V)
	}
	return m[key]
}
