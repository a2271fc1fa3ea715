package prometheus

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/mskfit/mskfit/collector"
	"github.com/mskfit/mskfit/internal/workload"
)

// amount is what was read of one thing, with its error.
type amount struct{ value, low, high float64 }

// within makes an amount that may be off by a share of it either way.
func within(v, share float64) amount { return amount{v, max(0, v*(1-share)), v * (1 + share)} }

func (a amount) plus(b amount) amount {
	return amount{a.value + b.value, a.low + b.low, a.high + b.high}
}

// reading is what was read for one window, or one instant.
type reading struct {
	source string // of samples and gaps
	how    string // of figures: "prometheus: rate over 1m15s"
	names  *names
	window workload.Window
	// brokers holds each quantity's total of each broker. A broker that is not there reported nothing, which is not zero.
	brokers [quantities]map[string]amount
	topics  [quantities]map[string]amount
	// missing are the brokers that should have reported something, with the reason; began again are those whose counters did, so
	// that what they counted before is a floor.
	missing map[string]string
	anew    map[string]bool
	// unseen is how many more brokers there should be, whose names are unknown.
	unseen int
	// failed are quantities that could not be asked for, with the reason.
	failed map[quantity]string
	// unrated is true when counters were read for the first time: there is no rate yet.
	unrated bool
	// nodes is what else is known of brokers, by name.
	nodes map[string]workload.Broker
	gaps  collector.Gaps
}

func newReading(source, how string, n *names, w workload.Window) *reading {
	r := &reading{source: source, how: how, names: n, window: w, missing: map[string]string{}, anew: map[string]bool{},
		failed: map[quantity]string{}, nodes: map[string]workload.Broker{}}
	for q := range quantities {
		r.brokers[q], r.topics[q] = map[string]amount{}, map[string]amount{}
	}
	return r
}

const (
	effectMissing = "its traffic is unknown: totals and topics are floors"
	effectAnew    = "its last counts before the restart are lost: totals and topics are floors"
)

var rates = quantityNames[:]

// sample makes the sample of a reading.
func (r *reading) sample() workload.Sample {
	s := workload.Sample{Source: r.source, Window: r.window}
	r.noteBrokers()
	r.noteQuantities()
	s.Totals = workload.Totals{
		IngressBytesPerSec: r.total(ingress), EgressBytesPerSec: r.total(egress), MessagesPerSec: r.total(messages),
		ClientConnections: r.clients(connections), ConnectionsPerSec: r.clients(attempts), RequestsPerSec: r.total(requests),
	}
	s.Topics = r.topicList()
	s.Brokers = r.brokerList()
	s.Gaps = r.gaps.List(r.source)
	return s
}

func (r *reading) noteBrokers() {
	for _, name := range slices.Sorted(maps.Keys(r.missing)) {
		r.gaps.Count("figures of broker", name, r.missing[name], effectMissing, rates...)
	}
	for _, name := range slices.Sorted(maps.Keys(r.anew)) {
		r.gaps.Count("counters of broker", name, "they were reset: the broker restarted", effectAnew, rates...)
	}
	if r.unseen > 0 {
		r.gaps.Add(fmt.Sprintf("figures of %d brokers", r.unseen), "fewer brokers are seen than brokers in the configuration says",
			effectMissing, rates...)
	}
}

// noteQuantities adds a gap for what there is nothing of.
func (r *reading) noteQuantities() {
	for q := range quantity(quantities) {
		switch {
		case r.unrated && !q.gauge():
		case r.failed[q] != "":
			r.gaps.Add(words[q], r.failed[q], "this source cannot provide it", quantityNames[q])
		case r.names.of[q] == nil:
			r.gaps.Add(words[q], "the "+r.names.Preset+" preset has no metric for it", "this source cannot provide it",
				quantityNames[q])
		case len(r.brokers[q]) == 0 && len(r.topics[q]) == 0:
			r.gaps.Add(words[q], "there is no series "+short(r.names.of[q].promQL()), "this source cannot provide it",
				quantityNames[q])
		}
	}
	if r.unrated {
		r.gaps.Add("all rates", "counters were read for the first time", "rates need a second reading", rates...)
	}
}

var words = [quantities]string{"bytes in", "bytes out", "messages in", "client connections", "new connections", "requests"}

// short cuts a long selector.
func short(s string) string {
	const most = 90
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// whole reports whether every broker reported all that it counted.
func (r *reading) whole(q quantity) bool {
	if len(r.missing) > 0 || r.unseen > 0 || len(r.anew) > 0 && !q.gauge() {
		return false
	}
	for name := range r.brokers[r.names.first()] {
		if _, known := r.brokers[q][name]; !known && len(r.brokers[q]) > 0 {
			r.gaps.Count(words[q]+" of broker", name, "it publishes other figures but not this one", effectMissing,
				quantityNames[q])
			return false
		}
	}
	return true
}

// figure gives an amount its method: what is not the whole is a floor.
func (r *reading) figure(a amount, whole bool, m workload.Method, what string) *workload.Figure {
	source := r.how + what
	if r.names.whole { // offsets also grow with each transaction marker: no more than that many records came
		a.low, m, source = 0, workload.Estimated, source+", transaction markers included"
	}
	if !whole {
		return workload.Between(a.value, a.low, math.Inf(1), workload.Estimated, source+", brokers missing").Ptr()
	}
	return workload.Between(a.value, a.low, a.high, m, source).Ptr()
}

// total is the sum of the brokers' own totals; of an exporter that has none, that of the topics. It is never both.
func (r *reading) total(q quantity) *workload.Figure {
	parts, m, what := r.brokers[q], workload.Measured, ""
	if len(parts) == 0 {
		parts, m, what = r.topics[q], workload.Derived, ", sum of topics"
	}
	if len(parts) == 0 {
		return nil
	}
	var sum amount
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		sum = sum.plus(parts[name])
	}
	return r.figure(sum, r.whole(q), m, what)
}

// clients is a figure of connections: brokers connect to each other, too, on listeners that only the names can leave out.
func (r *reading) clients(q quantity) *workload.Figure {
	return r.fromClients(q, r.total(q))
}

// fromClients makes a figure of connections a ceiling where the names do not leave out those between brokers.
func (r *reading) fromClients(q quantity, f *workload.Figure) *workload.Figure {
	if f == nil || r.names.of[q].restricts("listener") {
		return f
	}
	return workload.Between(f.Value, 0, f.High, workload.Estimated, f.Source+", connections between brokers included").Ptr()
}
