package accuracy

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"

	"github.com/mskfit/mskfit/internal/measure"
	"github.com/mskfit/mskfit/internal/testbed"
	"github.com/mskfit/mskfit/internal/workload"
)

func row(scenario, quantity string, f *workload.Figure, truth, blur float64, source string) Row {
	r := Row{Scenario: scenario, Quantity: quantity, Truth: truth, Blur: blur, Source: source}
	if f != nil {
		r.Estimate, r.Low = &f.Value, f.Low
		if f.Bounded() {
			r.High = &f.High
		}
	}
	return r
}

// span is the time between two sweeps as their counters have it.
type span struct {
	from, to sweep
	seconds  float64
	blur     float64
	truth    testbed.Counters
}

func spanOf(from, to sweep) span {
	s := span{from: from, to: to, truth: to.counters.Since(from.counters),
		seconds: to.counters.At().Sub(from.counters.At()).Seconds()}
	reading := from.counters.End.Sub(from.counters.Start) + to.counters.End.Sub(to.counters.Start)
	// A sweep follows the reading of the counters; each may be off by half of what both took.
	s.blur = reading.Seconds() / 2 / s.seconds
	return s
}

func (s span) rate(n int64) float64 { return float64(n) / s.seconds }

// rows are the figures of the cluster and of each scenario over the whole time.
func (b *bench) rows(whole workload.Sample, first, last sweep) []Row {
	s := spanOf(first, last)
	var out []Row
	add := func(r Row) { out = append(out, r) }
	t := &whole.Totals
	add(row(cluster, BytesIn, t.IngressBytesPerSec, s.rate(s.truth.Total.BytesIn), s.blur, ""))
	add(row(cluster, Messages, t.MessagesPerSec, s.rate(s.truth.Total.MessagesIn), s.blur, ""))
	add(row(cluster, BytesOut, t.EgressBytesPerSec, s.rate(s.truth.Total.BytesOut), s.blur, ""))
	add(atMost(row(cluster, Produce, t.BatchesPerSec, s.rate(s.truth.Requests["Produce"]), s.blur,
		"RequestMetrics; batches are its upper bound")))
	for _, one := range b.senders {
		name, topic := one.name, topicOf(whole, one.topic())
		if one.event != "" {
			continue // of the second part
		}
		truth, sent, before := s.truth.Topics[one.topic()], last.tallies[one.topic()], first.tallies[one.topic()]
		add(row(name, BytesIn, topic.IngressBytesPerSec, s.rate(truth.BytesIn), s.blur, ""))
		add(row(name, Messages, topic.MessagesPerSec, s.rate(truth.MessagesIn), s.blur, ""))
		add(row(name, Produce, topic.BatchesPerSec, s.rate(truth.ProduceRequests-sent.markers+before.markers), s.blur, ""))
		if one.reader != "" {
			f := egressOf(whole, one.group(), one.topic())
			add(row(name, BytesOut, f, s.rate(truth.BytesOut-last.fetched[one.topic()]+first.fetched[one.topic()]), s.blur, ""))
		}
		if one.transaction == 0 && sent.bytes > before.bytes { // a marker is in no producer's count
			hottest := int64(0)
			for p := range sent.perPartition {
				hottest = max(hottest, sent.perPartition[p]-before.perPartition[p])
			}
			share := float64(hottest) / float64(sent.bytes-before.bytes)
			var f *workload.Figure
			if h := topic.HottestIngress; h != nil {
				f = &h.Rate
			}
			add(row(name, Hottest, f, share*s.rate(truth.BytesIn), s.blur+0.01, "counter × the producer's share"))
		}
		if one.single {
			add(row(name, Largest, topic.LargestBatchBytes, float64(sent.largest+singleOverhead), 0, "producer"))
		}
	}
	return out
}

// cluster stands for the whole cluster among the scenarios.
const cluster = AllOfIt

func topicOf(s workload.Sample, name string) workload.Topic {
	for _, t := range s.Topics {
		if t.Name == name {
			return t
		}
	}
	return workload.Topic{}
}

func egressOf(s workload.Sample, group, topic string) *workload.Figure {
	for _, g := range s.Groups {
		if g.Name == group {
			if f, ok := g.EgressByTopic[topic]; ok {
				return &f
			}
		}
	}
	return nil
}

// windows counts, for the windows between two sweeps, how often the truth was within the bounds.
func (b *bench) windows(all []sweep) []Windows {
	var out []Windows
	for _, one := range append([]*sender{nil}, b.senders...) {
		if one != nil && one.event != "" {
			continue
		}
		for _, quantity := range []string{BytesIn, Messages, Produce} {
			w := Windows{Scenario: cluster, Quantity: quantity}
			if one != nil {
				w.Scenario = one.name
			}
			var widths []float64
			for i := 1; i < len(all); i++ {
				r := windowRow(one, quantity, spanOf(all[i-1], all[i]))
				w.Of++
				if r.Inside() {
					w.Inside++
				}
				if r.Estimate != nil && r.High != nil && r.Truth > 0 {
					widths = append(widths, (*r.High-r.Low)/r.Truth)
				}
			}
			if 2*len(widths) > w.Of {
				median := measure.Median(widths)
				w.MedianWidth = &median
			}
			out = append(out, w)
		}
	}
	return out
}

// windowRow is one quantity of one window: of a scenario, or of the cluster.
func windowRow(one *sender, quantity string, s span) Row {
	sample := s.to.sample
	if one == nil {
		switch quantity {
		case BytesIn:
			return row(cluster, quantity, sample.Totals.IngressBytesPerSec, s.rate(s.truth.Total.BytesIn), s.blur, "")
		case Messages:
			return row(cluster, quantity, sample.Totals.MessagesPerSec, s.rate(s.truth.Total.MessagesIn), s.blur, "")
		}
		return atMost(row(cluster, quantity, sample.Totals.BatchesPerSec, s.rate(s.truth.Requests["Produce"]), s.blur, ""))
	}
	topic, truth := topicOf(sample, one.topic()), s.truth.Topics[one.topic()]
	switch quantity {
	case BytesIn:
		return row(one.name, quantity, topic.IngressBytesPerSec, s.rate(truth.BytesIn), s.blur, "")
	case Messages:
		return row(one.name, quantity, topic.MessagesPerSec, s.rate(truth.MessagesIn), s.blur, "")
	}
	markers := s.to.tallies[one.topic()].markers - s.from.tallies[one.topic()].markers
	return row(one.name, quantity, topic.BatchesPerSec, s.rate(truth.ProduceRequests-markers), s.blur, "")
}

// atMost drops the lower bound: batches bound the requests of a cluster from above.
func atMost(r Row) Row {
	r.Low, r.UpperBound = 0, true
	return r
}

// stored compares log sizes, once nothing is sent any more, with the leaders' segments on disk: those that are the same before the
// sweep and after it, because retention and the cleaner go on.
func (b *bench) stored() []Row {
	admin := kadm.NewClient(b.cluster.Client())
	var s sweep
	var onDisk map[string]int64
	testbed.Await(b.t, time.Minute, func() error {
		before := b.segments(admin)
		s, onDisk = b.sweep(), b.segments(admin)
		for topic, size := range before {
			if onDisk[topic] != size {
				return fmt.Errorf("the segments of %s have changed during a sweep from %d to %d bytes", topic, size, onDisk[topic])
			}
		}
		return nil
	})
	var out []Row
	for _, one := range b.senders {
		if size, ok := onDisk[one.topic()]; ok {
			out = append(out, row(one.name, Stored, topicOf(s.sample, one.topic()).StoredBytes, float64(size), 0,
				"segments on disk"))
		}
	}
	return out
}

// segments are the bytes of the leaders' segments on disk, by topic.
func (b *bench) segments(admin *kadm.Client) map[string]int64 {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	meta, err := admin.Metadata(ctx)
	if err != nil {
		b.t.Fatal(err)
	}
	out := map[string]int64{}
	for _, one := range b.senders {
		if one.event != "" {
			continue
		}
		for _, p := range meta.Topics[one.topic()].Partitions {
			out[one.topic()] += b.cluster.LogSize(int(p.Leader), one.topic(), int(p.Partition))
		}
	}
	return out
}

// The document for people is the one that the figures beside it make, and one that was edited is noticed.
func TestDocumentIsMadeOfItsFigures(t *testing.T) {
	file := filepath.Join(t.TempDir(), "accuracy.json")
	if _, err := Read(file); !os.IsNotExist(err) {
		t.Errorf("without a file: %v", err)
	}
	estimate := 99.0
	var d Document
	d.Add(Run{Cluster: "4.3.1 KRaft, 3 brokers", Seed: 7,
		Rows: []Row{{Scenario: "compacted", Quantity: BytesIn, Estimate: &estimate, Low: 98, Truth: 100},
			{Scenario: "group never commits", Quantity: BytesOut, Truth: 5}}})
	if err := d.Write(file); err != nil {
		t.Fatal(err)
	}
	back, err := Read(file)
	if err != nil || back.UpToDate(file) != nil {
		t.Errorf("read back: %v, %v", err, back.UpToDate(file))
	}
	for _, want := range []string{
		"| compacted | -1.00 % | 1 of 1 | 99 B/s | at least 98 B/s | 100 B/s | 4.3.1 KRaft, 3 brokers, seed 7 |",
		"| group never commits | unknown | 0 of 1 | unknown | – | 5 B/s | 4.3.1 KRaft, 3 brokers, seed 7 |"} {
		if !strings.Contains(d.Markdown(), want) {
			t.Errorf("the document lacks %q:\n%s", want, d.Markdown())
		}
	}
	back.Runs[0].Rows[0].Truth = 90
	if back.UpToDate(file) == nil {
		t.Error("a document that other figures made passes as theirs")
	}
}

func TestRowsSayWhatIsOutside(t *testing.T) {
	estimate, high := 100.0, 110.0
	for _, tt := range []struct {
		name string
		row  Row
		want bool
	}{
		{"within", Row{Estimate: &estimate, Low: 90, High: &high, Truth: 95}, true},
		{"above", Row{Estimate: &estimate, Low: 90, High: &high, Truth: 112}, false},
		{"above, but not for certain", Row{Estimate: &estimate, Low: 90, High: &high, Truth: 112, Blur: 0.02}, true},
		{"below", Row{Estimate: &estimate, Low: 90, High: &high, Truth: 80}, false},
		{"no upper bound", Row{Estimate: &estimate, Low: 90, Truth: 1e9}, true},
		{"unknown", Row{Truth: 95}, false},
	} {
		if got := tt.row.Inside(); got != tt.want {
			t.Errorf("%s: inside is %t", tt.name, got)
		}
	}
	d := Document{}
	d.Add(Run{Cluster: "a", Seed: 1, Rows: []Row{{Quantity: BytesIn, Estimate: &estimate, Low: 90, High: &high, Truth: 100},
		{Quantity: BytesIn, Truth: 5}}})
	d.Add(Run{Cluster: "c", Seed: 1, Rows: []Row{{Quantity: Stored, Estimate: &estimate, High: &high, Truth: 0}, {Quantity: Stored},
		atMost(Row{Quantity: Stored, Estimate: &estimate, Low: 90, High: &high, Truth: 50})}})
	if s := d.Summarize(Stored); s.Rows != 3 || s.Missing != 1 || s.Within1 != 0 || !math.IsNaN(s.Worst) || s.Inside != 2 {
		t.Errorf("a figure with a truth of 0, an unknown one and an upper bound: %+v", s)
	}
	d.Runs = slices.DeleteFunc(d.Runs, func(r Run) bool { return r.Cluster == "c" })
	d.Add(Run{Cluster: "b", Seed: 1})
	d.Add(Run{Cluster: "b", Seed: 1, Windows: []Windows{{Quantity: BytesIn, Inside: 19, Of: 20}}})
	if s := d.Summarize(BytesIn); len(d.Runs) != 2 || s.Rows != 2 || s.Missing != 1 || s.Within1 != 1 || s.Inside != 1 ||
		s.WindowsInside != 19 {
		t.Errorf("%d runs, %+v", len(d.Runs), s)
	}
	if v := measure.Median([]float64{3, 1, 2}); v != 2 {
		t.Errorf("the median is %g", v)
	}
}
