package analyzer

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// managedTopicConfigs are topic configurations that the MSK kinds without full topic configuration set themselves, with
// the values that such a cluster honours anyway: a topic that asks for one of them loses nothing.
var managedTopicConfigs = map[string][]string{
	"min.insync.replicas":                     {"1", "2"},
	"unclean.leader.election.enable":          {"false"},
	"preallocate":                             {"false"},
	"follower.replication.throttled.replicas": nil, // an operator's tool of the old cluster: any value
	"leader.replication.throttled.replicas":   nil,
}

// loses reports whether a topic loses something when it cannot have the configuration.
func loses(name, value string) bool {
	values, managed := managedTopicConfigs[name]
	return !managed || values != nil && !slices.Contains(values, value)
}

// topicOverride is a configuration that a topic sets itself.
type topicOverride struct{ topic, name, value string }

func (o topicOverride) String() string { return fmt.Sprintf("%s=%s on %s", o.name, o.value, o.topic) }

// overrides lists what user topics set themselves, in the order of topics and names.
func overrides(topics []workload.TopicWorkload) (list []topicOverride, known bool) {
	for i := range topics {
		t := &topics[i]
		if t.Internal || t.Config == nil {
			continue
		}
		known = true
		start := len(list)
		for name, v := range t.Config {
			if v.Source == "topic" {
				list = append(list, topicOverride{t.Name, name, v.Value})
			}
		}
		slices.SortFunc(list[start:], func(a, b topicOverride) int { return strings.Compare(a.name, b.name) })
	}
	return list, known
}

func topicBound(in *Input, name string) (catalog.TopicConfigBound, bool) {
	for _, b := range in.Catalog.Serverless.TopicConfigs {
		if b.Name == name {
			return b, true
		}
	}
	return catalog.TopicConfigBound{}, false
}

// serverlessTopicConfiguration fails for settings of topics that Serverless does not take. The size of messages has its own rule.
func serverlessTopicConfiguration(r *evaluation, f *evalContext) {
	in, set, known := f.in, f.overrides, f.overridesKnown
	const name, title = "topic_configuration", "topic configuration"
	const source = "S-SCFG"
	var refused, doubtful []string
	for _, o := range set {
		switch outcome := serverlessTakes(in, o); {
		case outcome == verdict.Fail && r.words:
			refused = append(refused, o.String())
		case outcome == verdict.Fail:
			refused = append(refused, "")
		case outcome == verdict.Unknown:
			doubtful = append(doubtful, o.topic)
		}
	}
	switch {
	case len(refused) > 0:
		r.judge(name, title, source, verdict.Fail, "", "Serverless does not accept %s", joined(refused))
	case len(doubtful) > 0:
		r.judge(name, title, source, verdict.Unknown, "cleanup.policy",
			"%s use cleanup.policy=compact,delete; AWS documents only delete or compact: test one topic first", joined(doubtful))
	case known:
		r.judge(name, title, source, verdict.Pass, "", "Serverless accepts every setting that the topics have")
	case in.Workload.Declared:
		r.judge(name, title, source, verdict.NotApplicable, "", "the workload file lists no topics")
	default:
		r.judge(name, title, source, verdict.Unknown, "topic_configuration",
			"topic settings unknown: grant DescribeConfigs on the topics")
	}
}

// serverlessTakes says whether Serverless takes one configuration of a topic.
func serverlessTakes(in *Input, o topicOverride) verdict.Outcome {
	b, settable := topicBound(in, o.name)
	switch {
	case !settable && loses(o.name, o.value):
		return verdict.Fail
	case !settable:
		return verdict.Pass
	case o.name == "cleanup.policy" && strings.Contains(o.value, ","):
		return verdict.Unknown
	case o.name == "max.message.bytes" || b.Max == nil:
		return verdict.Pass
	}
	v, err := strconv.ParseFloat(o.value, 64)
	if err == nil && (v > *b.Max || v < 0) { // -1 is unlimited
		return verdict.Fail
	}
	return verdict.Pass
}

// defaultRetentionRule warns of partitions above the default retention.bytes, which Serverless would trim.
func (f *evalContext) defaultRetentionRule(r *evaluation, l *load) {
	in := f.in
	const name, title = "default_retention_bytes", "default retention.bytes"
	limit := in.Catalog.Serverless.DefaultRetentionBytes
	b, _ := topicBound(in, "retention.bytes")
	if limit <= 0 {
		r.judge(name, title, b.Source, verdict.NotApplicable, "", "the catalog gives no default")
		return
	}
	c := check{name: name, title: title, source: b.Source, needs: "retention.bytes", limited: true, limit: limit, unit: "GiB",
		per: workload.GiB}
	over, biggest := f.trimmed, f.biggest
	c.observed = biggest
	holds := ""
	if r.words {
		holds = "a partition of " + joined(over) + " holds"
	}
	if !biggest.ok && l.stored.ok && l.partitions.ok && l.partitions.Value >= 1 {
		c.observed = fig{Figure: workload.Exactly(l.stored.Value/l.partitions.Value, workload.Estimated,
			"stored bytes ÷ partitions"), ok: true}
		holds = "the average partition holds"
	}
	trims := len(over) > 0 || !biggest.ok && c.observed.Value > limit
	switch {
	case !c.observed.ok:
		r.judge(name, title, b.Source, verdict.Unknown, "stored_bytes",
			"stored bytes unknown; Serverless trims a partition above %s unless its topic sets retention.bytes", c.limitText())
		return
	case !trims:
		c.outcome = verdict.Pass
		if r.words {
			c.evidence = fmt.Sprintf("the largest partition holds about %s, below the %s default", c.amount(c.observed.Value),
				c.limitText())
			if c.observed.Value > limit {
				c.evidence = fmt.Sprintf("the largest partition holds about %s, and its topic sets retention.bytes",
					c.amount(c.observed.Value))
			}
		}
	default:
		c.outcome = verdict.Unknown
		// The best estimate is above the default, and still nothing is in the way: the topic only has to set retention.bytes.
		if r.words {
			c.evidence = fmt.Sprintf("%s about %s; Serverless trims it at the default of %s unless the topic is created with retention.bytes (-1: no limit)",
				holds, c.amount(c.observed.Value), c.limitText())
		}
	}
	c.limited = c.observed.Value <= limit
	r.add(c)
}

// trimmed returns the topics whose average partition is beyond the default, and the largest such average. Compacted topics and
// those that set retention.bytes themselves are not trimmed by the default.
func trimmed(topics []workload.TopicWorkload, limit float64) (over []string, biggest fig) {
	for i := range topics {
		t := &topics[i]
		if t.Internal || t.StoredBytes == nil || t.Partitions == 0 || t.Compacted != nil && *t.Compacted {
			continue
		}
		each := t.StoredBytes.Value / float64(t.Partitions)
		if !biggest.ok || each > biggest.Value {
			biggest = fig{Figure: workload.Exactly(each, workload.Estimated, "stored bytes ÷ partitions of "+t.Name), ok: true}
		}
		if v, set := t.Config["retention.bytes"]; each > limit && !(set && v.Source == "topic") {
			over = append(over, t.Name)
		}
	}
	return over, biggest
}
