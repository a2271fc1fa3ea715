package kafka

import (
	"math"

	"github.com/mskfit/mskfit/internal/workload"
)

// Sources of figures, as people read them.
const (
	fromSizes    = "kafka: log sizes"
	fromDensity  = "kafka: offsets × bytes per record"
	fromBoth     = "kafka: log sizes, offsets × bytes per record"
	fromOffsets  = "kafka: end offsets"
	fromCommits  = "kafka: committed offsets × bytes per record"
	fromMetadata = "kafka: metadata"
	fromConfigs  = "kafka: topic configuration"
	fromLogDirs  = "kafka: log directories"
	fromBatches  = "kafka: record batches"
	fromGroups   = "kafka: group list"
	fromMembers  = "kafka: group members, one connection each"
)

// sum adds up rates of partitions, or of topics.
type sum struct {
	value, low, high float64
	// measured counts what was added; missing what should have been and was not known at all.
	measured, missing int
	sized, estimated  bool
}

// add takes in a rate with bounds.
func (s *sum) add(value, low, high float64, sized bool) {
	s.value += value
	s.low += max(0, low)
	s.high += high
	s.measured++
	s.sized = s.sized || sized
	s.estimated = s.estimated || !sized
}

// merge takes in another sum.
func (s *sum) merge(o sum) {
	s.value += o.value
	s.low += o.low
	s.high += o.high
	s.measured += o.measured
	s.missing += o.missing
	s.sized = s.sized || o.sized
	s.estimated = s.estimated || o.estimated
}

// withError moves the bounds apart.
func (s *sum) withError(by float64) {
	s.low = max(0, s.low-by)
	s.high += by
}

// miss notes something that may have carried up to most; +Inf when unknown.
func (s *sum) miss(most float64) {
	s.high += most
	s.missing++
}

// bytes returns the sum as a figure of bytes per second; nil when nothing was measured.
func (s *sum) bytes() *workload.Figure {
	if s.measured == 0 {
		return nil
	}
	method, source := workload.Derived, fromSizes
	switch {
	case s.estimated && s.sized:
		method, source = workload.Estimated, fromBoth
	case s.estimated:
		method, source = workload.Estimated, fromDensity
	}
	return s.figure(method, source)
}

// figure returns the sum with a method and source; nil when nothing was measured.
func (s *sum) figure(method workload.Method, source string) *workload.Figure {
	if s.measured == 0 {
		return nil
	}
	if s.missing > 0 {
		method = workload.Estimated
	}
	return workload.Between(s.value, s.low, s.high, method, source).Ptr()
}

// busiest keeps the partition with the highest rate, and bounds on the highest rate of all.
type busiest struct {
	topic     string
	partition int32
	rate      workload.Figure
	low, high float64
	found     bool
}

func (b *busiest) add(topic string, partition int32, f workload.Figure) {
	b.low, b.high = math.Max(b.low, f.Low), math.Max(b.high, f.High)
	if !b.found || f.Value > b.rate.Value {
		b.topic, b.partition, b.rate, b.found = topic, partition, f, true
	}
}

func (b *busiest) merge(o busiest) {
	if !o.found {
		b.high = math.Max(b.high, o.high)
		return
	}
	low, high := math.Max(b.low, o.low), math.Max(b.high, o.high)
	b.add(o.topic, o.partition, o.rate)
	b.low, b.high = low, high
}

// hottest returns the busiest partition; nil when none was measured, or none carries anything.
func (b *busiest) hottest() *workload.Hottest {
	if !b.found {
		return nil
	}
	return &workload.Hottest{Topic: b.topic, Partition: b.partition,
		Rate: workload.Between(b.rate.Value, b.low, b.high, b.rate.Method, b.rate.Source)}
}
