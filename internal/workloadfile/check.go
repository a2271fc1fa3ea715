package workloadfile

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

const (
	// largest and smallest bound every number of a file, so that no product or quotient of them overflows: 1,000 EB, or as
	// many a second; one message in 30 years. Zero is a number too.
	largest, smallest = 1e21, 1e-9
	// slack is how far two ways to the same figure may differ before they contradict each other: people round.
	slack = 0.05
)

var regionCode = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]{1,2}$`)

// check reports everything wrong with the file itself. written says whether the file has a value for a field, be it one
// that could be read or not.
func (f File) check(written func(field string) bool) error {
	var c checker
	switch {
	case f.Region == "":
		c.bad("region", "missing: write the AWS region to price, like us-east-1")
	case !regionCode.MatchString(f.Region):
		c.bad("region", "%q is not an AWS region: write its code, like us-east-1", f.Region)
	}
	inner := checker{written: func(field string) bool { return written("workload." + field) }}
	if f.Workload == nil {
		c.bad("workload", "missing: write at least ingress, or messages_per_second and average_message_size")
	} else {
		inner.workload(*f.Workload)
	}
	return errors.Join(c.err(), yamlfile.Under("workload", inner.err()), yamlfile.Under("requirements", f.Requirements.Validate()))
}

// checker collects problems. Its methods take the field and what to hold against what is possible.
type checker struct {
	errs    []error
	written func(field string) bool
}

func (c *checker) err() error { return errors.Join(c.errs...) }

func (c *checker) bad(field, format string, args ...any) {
	c.errs = append(c.errs, yamlfile.Invalid(field, format, args...))
}

func (c *checker) workload(w Workload) {
	f := w.flow()
	c.flow("", f)
	c.ingressKnown(w)
	c.count("topics", w.Topics.Count, 1)
	c.count("consumer_groups", w.ConsumerGroups, 0)
	c.count("groups", w.Groups.Count, 0)
	c.count("partitions", w.Partitions, 1)
	c.count("compacted_partitions", w.CompactedPartitions, 0)
	c.replicas("replication_factor", w.ReplicationFactor)
	c.number("client_connections", w.ClientConnections)
	c.number("connection_attempts_per_second", w.ConnectionAttemptsPerSecond)
	c.number("requests_per_second", w.RequestsPerSecond)
	c.notAbove("compacted_partitions", base(w.CompactedPartitions), "partitions", f.partitions, plain)
	c.notAbove("topics", base(w.Topics.Count), "partitions", f.partitions, plain)
	if p := base(w.ProvisionedStorageThroughput); p != nil && *p == 0 {
		c.bad("provisioned_storage_throughput", "0: remove it to provision none")
	}
	c.number("provisioned_storage_throughput", base(w.ProvisionedStorageThroughput))
	c.retention(w)
	c.topics(w)
	c.groups(w)
}

// ingressKnown asks for the one figure that nothing works without.
func (c *checker) ingressKnown(w Workload) {
	if c.inflowWritten("") {
		return
	}
	for i, t := range w.Topics.List {
		if !c.inflowWritten(fmt.Sprintf("topics[%d].", i)) {
			c.bad("ingress", "missing: write it, or give topic %q one too", t.Name)
			return
		}
	}
	if len(w.Topics.List) == 0 {
		c.bad("ingress", "missing: write it, or both messages_per_second and average_message_size")
	}
}

func (c *checker) inflowWritten(at string) bool {
	return c.written(at+"ingress") || c.written(at+"messages_per_second") && c.written(at+"average_message_size")
}

// flow checks the figures of the workload or of one topic, whose path is at.
func (c *checker) flow(at string, f flow) {
	in := func(field string) string { return at + field }
	for _, n := range []struct {
		field string
		v     *float64
	}{{"messages_per_second", f.messages}, {"average_message_size", f.average}, {"max_message_size", f.largest},
		{"ingress", f.ingress},
		{"egress", f.egress}, {"peak_ingress", f.peakIngress}, {"peak_egress", f.peakEgress},
		{"hottest_partition_ingress", f.hotIngress},
		{"hottest_partition_egress", f.hotEgress}, {"stored_bytes", f.stored}} {
		c.number(in(n.field), n.v)
	}
	if f.average != nil && *f.average < 1 {
		c.bad(in("average_message_size"), "%g bytes: a message has at least one", *f.average)
	}
	c.notAbove(in("average_message_size"), f.average, "max_message_size", f.largest, workload.FormatBytes)
	if f.ingress != nil && f.messages != nil && f.average != nil {
		c.agree(in("ingress"), *f.ingress, "messages_per_second × average_message_size", *f.messages**f.average,
			workload.FormatByteRate)
	}
	mean := f.inflow()
	c.notBelow(in("peak_ingress"), f.peakIngress, "the average ingress", mean, workload.FormatByteRate)
	c.notBelow(in("peak_egress"), f.peakEgress, "the average egress", f.egress, workload.FormatByteRate)
	c.hottest(in("hottest_partition_ingress"), f.hotIngress, "ingress", mean, f.peakIngress, f.partitions)
	c.hottest(in("hottest_partition_egress"), f.hotEgress, "egress", f.egress, f.peakEgress, f.partitions)
}

// hottest checks a busiest partition: no busier than all partitions together, no calmer than their mean.
func (c *checker) hottest(field string, hot *float64, whole string, mean, peak, partitions *float64) {
	c.notAbove(field, hot, "all partitions together", highest(mean, peak), workload.FormatByteRate)
	if mean != nil && partitions != nil && *partitions > 0 {
		each := *mean / *partitions
		c.notBelow(field, hot, "the mean partition, "+whole+" ÷ partitions", &each, workload.FormatByteRate)
	}
}

func (c *checker) retention(w Workload) {
	if w.Retention != nil && *w.Retention == 0 {
		c.bad("retention", "0: write how long messages are kept, like 72h, 7d or unlimited")
	}
	p := w.PrimaryRetention
	switch {
	case p == nil:
	case *p == 0:
		c.bad("primary_retention", "0: messages stay on broker storage for some time; remove it for no tiered storage")
	case p.Duration() == workload.RetentionUnlimited:
		c.bad("primary_retention", "unlimited: remove it for no tiered storage")
	case w.Retention == nil:
		c.bad("primary_retention", "needs retention: write the total time that messages are kept")
	case *p > *w.Retention:
		c.bad("primary_retention", "%s is longer than retention (%s)", shown(*p), shown(*w.Retention))
	}
}

// shown writes a span of the file in hours, or as time.Duration does below one.
func shown(s workload.Span) string {
	d := s.Duration()
	if d < time.Hour || d%time.Hour != 0 {
		return d.String()
	}
	return plain(d.Hours()) + "h"
}

func plain(v float64) string { return workload.FormatNumber(v) }

func (c *checker) number(field string, v *float64) {
	switch {
	case v == nil:
	case *v < 0:
		c.bad(field, "%s is negative: write a number from 0", plain(*v))
	case *v > largest, *v > 0 && *v < smallest:
		c.bad(field, "%g is not realistic: use %g to %g", *v, smallest, largest)
	}
}

func (c *checker) count(field string, n *int, least int) {
	switch {
	case n == nil:
	case *n < least:
		c.bad(field, "%d: write a whole number from %d", *n, least)
	case *n > math.MaxInt32:
		c.bad(field, "%d is more than Kafka can count: at most %d", *n, math.MaxInt32)
	}
}

func (c *checker) replicas(field string, n *int) {
	if n != nil && (*n < 1 || *n > math.MaxInt16) {
		c.bad(field, "%d: write how many copies there are of each partition, from 1 (MSK works with 3)", *n)
	}
}

func (c *checker) notAbove(field string, v *float64, whole string, most *float64, format func(float64) string) {
	if v != nil && most != nil && *v > *most*(1+1e-9) {
		c.bad(field, "%s is more than %s (%s)", format(*v), whole, format(*most))
	}
}

func (c *checker) notBelow(field string, v *float64, part string, least *float64, format func(float64) string) {
	if v != nil && least != nil && *v < *least*(1-slack/10) {
		c.bad(field, "%s is below %s (%s)", format(*v), part, format(*least))
	}
}

// agree reports two ways to a figure that lead to different places.
func (c *checker) agree(field string, stated float64, way string, other float64, format func(float64) string) {
	if math.Abs(stated-other) > slack*max(stated, other) {
		c.bad(field, "%s contradicts %s, which is %s: correct or remove one", format(stated), way, format(other))
	}
}

// distinct reports words that are there twice in a list, and empty ones.
func (c *checker) distinct(field string, words []string) {
	first := map[string]int{}
	for i, word := range words {
		at := fmt.Sprintf("%s[%d]", field, i)
		if j, twice := first[word]; twice {
			c.bad(at, "%q is listed twice, first as number %d: keep one", word, j+1)
			continue
		}
		first[word] = i
	}
}
