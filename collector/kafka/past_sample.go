package kafka

import (
	"math"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// pastShare is which part of an interval's bytes may be missing, by the mean rates of the logs that do not reach back so far, for
// its sum to be given. What is missing within it widens the upper bound; beyond it there is no figure.
const pastShare = 0.1

// pastSum adds up partitions over one interval, in bytes or records.
type pastSum struct {
	value, low, high, missing float64
	known                     bool
}

func (s *pastSum) add(value, low, high, missing float64, known bool) {
	s.value, s.low, s.high, s.missing = s.value+value, s.low+low, s.high+high, s.missing+missing
	s.known = s.known || known
}

func (s *pastSum) merge(o pastSum) { s.add(o.value, o.low, o.high, o.missing, o.known) }

// rate returns the sum as a figure per second; nil when nothing is known, or too much is missing.
func (s *pastSum) rate(d time.Duration) *workload.Figure {
	if !s.known || s.missing > pastShare*(s.value+s.missing) {
		return nil
	}
	seconds := d.Seconds()
	edge := 2 * pastBlur.Seconds() / seconds
	value := s.value + s.missing
	return workload.Between(value/seconds, s.low/seconds*(1-edge), (s.high+missingPeak*s.missing)/seconds*(1+edge),
		workload.Estimated, fromPast).Ptr()
}

// sample makes the sample of the interval between the two instants asked last.
func (p *past) sample(w workload.Window) workload.Sample {
	out := workload.Sample{Source: sourceName, Cluster: p.s.clusterName(), Window: w}
	var bytes, records pastSum
	var hottest busiest
	average := p.meanDensity(w)
	for i := range p.topics {
		p.topic(&p.topics[i], w, average, &out, &bytes, &records, &hottest)
	}
	out.Totals.IngressBytesPerSec, out.Totals.MessagesPerSec = bytes.rate(w.Duration()), records.rate(w.Duration())
	if out.Totals.IngressBytesPerSec != nil {
		out.Totals.HottestIngress = hottest.hottest()
	}
	return out
}

// topic adds one topic to the sample and to the cluster's sums.
func (p *past) topic(pt *pastTopic, w workload.Window, average float64, out *workload.Sample, bytes, records *pastSum,
	hottest *busiest) {
	t := pt.topic
	var topicBytes, topicRecords pastSum
	var busy busiest
	for i := range pt.logs {
		l := &pt.logs[i]
		f := l.flow(w.Start, w.End, p.began)
		d, most := l.density, math.Inf(1)
		if !l.dense { // guessed from the cluster's average, up to the largest message that the topic takes
			if limit, ok := t.largestAllowed(); ok {
				most = limit
			}
			d = density{average, 0, most}
		}
		topicRecords.add(f.records, f.low, f.high, f.missing, f.known)
		topicBytes.add(f.records*d.mean, f.low*d.low, product(f.high, d.high), f.missing*d.mean, f.known)
		if f.known && f.records > 0 && !math.IsInf(d.high, 1) {
			seconds := w.Duration().Seconds()
			busy.add(t.name, int32(i), workload.Between(f.records*d.mean/seconds, f.low*d.low/seconds,
				product(f.high, d.high)/seconds, workload.Estimated, fromPast))
		}
	}
	bytes.merge(topicBytes)
	records.merge(topicRecords)
	if !t.internal {
		hottest.merge(busy)
	}
	if !topicBytes.known || p.before(pt, w.End) {
		return
	}
	one := workload.Topic{Name: t.name, Internal: t.internal, Partitions: len(t.parts), ReplicationFactor: t.replication,
		Config: t.config}
	one.IngressBytesPerSec, one.MessagesPerSec = topicBytes.rate(w.Duration()), topicRecords.rate(w.Duration())
	if one.IngressBytesPerSec != nil {
		one.HottestIngress = busy.hottest()
	}
	out.Topics = append(out.Topics, one)
}

// before reports whether the topic holds nothing from before the instant: it may not have been there.
func (p *past) before(pt *pastTopic, at time.Time) bool {
	for i := range pt.logs {
		if l := &pt.logs[i]; l.readable() && l.since < at.UnixMilli() {
			return false
		}
	}
	return true
}

// meanDensity is the mean bytes per record over the logs for which it is known, in this interval.
func (p *past) meanDensity(w workload.Window) float64 {
	var bytes, records float64
	for i := range p.topics {
		for j := range p.topics[i].logs {
			if l := &p.topics[i].logs[j]; l.dense {
				n := l.flow(w.Start, w.End, p.began).records
				bytes, records = bytes+n*l.density.mean, records+n
			}
		}
	}
	if records == 0 {
		return 0
	}
	return bytes / records
}

// product multiplies bounds, where none times anything is none.
func product(a, b float64) float64 {
	if a == 0 || b == 0 {
		return 0
	}
	return a * b
}
