package analyzer

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// concession proposes what only the owner can decide: to want less of something. It is never an action, and becomes a near miss.
func (d *decision) concession(o *option, name string, rule verdict.Rule) (remedy, bool) {
	r := remedy{rule: name, near: true}
	switch name {
	case "broker_configuration":
		return d.fewerProperties(o, r)
	case "partitions_non_compacted", "partitions":
		return d.fewerPartitions(r, rule)
	case "acls":
		return d.withoutACLs(r)
	case "zones":
		r.changes = []verdict.Change{{Field: "requirements.zones", From: "2", To: "3"}}
		r.question = "Can the brokers be in 3 availability zones?"
		r.premise = "brokers are in 3 availability zones instead of 2"
		r.apply = func(in *Input) { in.Requirements.Zones = 3 }
		return r, d.in.Requirements.Zones == 2
	case "kafka_version":
		return d.olderVersion(o, r)
	case "splittable":
		yes := true
		r.changes, r.question = []verdict.Change{{Field: "requirements.splittable", To: "true"}},
			"May the topics be spread over several clusters?"
		r.premise = "the topics may be spread over several clusters"
		r.apply = func(in *Input) { in.Requirements.Splittable = &yes }
		return r, d.in.Requirements.Splittable == nil
	case "headroom":
		return d.lessHeadroom(r)
	}
	return r, false
}

// fixedProperties are broker properties that Express sets itself, with the value.
var fixedProperties = map[string]string{
	"min.insync.replicas": "2", "default.replication.factor": "3", "unclean.leader.election.enable": "false",
	"transaction.state.log.min.isr": "2", "transaction.state.log.replication.factor": "3",
}

// fewerProperties leaves out the broker properties that the kind does not let anybody set.
func (d *decision) fewerProperties(o *option, r remedy) (remedy, bool) {
	needed, _, _ := brokerConfiguration(d.in)
	var settable []string
	switch o.kind {
	case verdict.Standard:
		settable = d.in.Catalog.Standard.BrokerConfigs
	case verdict.Express:
		settable = d.in.Catalog.Express.BrokerConfigs
	case verdict.Serverless, verdict.ServerlessSplit:
	}
	refused, _ := notSettable(needed, settable)
	if len(refused) == 0 {
		return r, false
	}
	kept := slices.DeleteFunc(slices.Clone(needed), func(name string) bool { return slices.Contains(refused, name) })
	var asks, premises, left []string
	for _, name := range refused {
		if value, fixed := fixedProperties[name]; fixed && o.kind == verdict.Express {
			asks = append(asks, fmt.Sprintf("Express fixes %s=%s: is that enough?", name, value))
			premises = append(premises, fmt.Sprintf("%s=%s, which Express fixes, is enough", name, value))
			continue
		}
		left = append(left, name)
	}
	if len(left) > 0 {
		asks = append(asks, fmt.Sprintf("Can you do without setting %s?", joined(left)))
		premises = append(premises, "you do without setting "+joined(left))
	}
	r.question, r.premise = strings.Join(asks, " "), sentenceList(premises)
	r.changes = []verdict.Change{{Field: "requirements.broker_configuration", From: yamlList(needed), To: yamlList(kept)}}
	r.apply = func(in *Input) {
		in.Requirements.BrokerConfiguration, in.Requirements.BrokerConfigurationDeclared = kept, true
	}
	return r, true
}

// fewerPartitions keeps to the quota with fewer and busier partitions.
func (d *decision) fewerPartitions(r remedy, rule verdict.Rule) (remedy, bool) {
	l := &d.load
	limit, ok := QuotaLimit(d.in, r.rule)
	if !ok || rule.Outcome != verdict.Fail || len(d.in.Workload.TopicList) > 0 || !l.partitions.ok || l.plain.High <= 0 {
		return r, false
	}
	to := math.Floor(l.partitions.Value - l.plain.High + limit)
	if to < 1 || to < orOne(d.in.Workload.Topics) {
		return r, false
	}
	k := to / l.partitions.Value
	r.changes = []verdict.Change{{Field: "workload.partitions", From: plainNumber(l.partitions.Value), To: plainNumber(to)}}
	r.question = fmt.Sprintf("Are %s partitions enough?", count(to))
	r.premise = fmt.Sprintf("%s partitions are enough instead of %s", count(to), count(l.partitions.Value))
	r.apply = func(in *Input) {
		w := &in.Workload
		all := workload.Exactly(to, workload.Declared, "after the change")
		w.Partitions, w.HottestIngress, w.HottestEgress = &all, scaled(w.HottestIngress, 1/k), scaled(w.HottestEgress, 1/k)
	}
	return r, true
}

func orOne(f *workload.Figure) float64 {
	if f == nil {
		return 1
	}
	return f.Value
}

// withoutACLs gives up Kafka ACLs that the owner wants to keep.
func (d *decision) withoutACLs(r remedy) (remedy, bool) {
	no := false
	r.changes = []verdict.Change{{Field: "requirements.acls", From: "true", To: "false"}}
	r.question = "Can IAM policies replace the Kafka ACLs?"
	r.premise = "IAM policies replace the Kafka ACLs"
	r.apply = func(in *Input) { in.Requirements.ACLs = &no }
	return r, isTrue(d.in.Requirements.ACLs)
}

// olderVersion takes the newest version that the kind offers.
func (d *decision) olderVersion(o *option, r remedy) (remedy, bool) {
	versions := d.in.Catalog.Standard.Versions
	if o.kind == verdict.Express {
		versions = d.in.Catalog.Express.Versions
	}
	mode := ""
	if d.zookeeper {
		mode = "zookeeper"
	}
	offered, ok := newest(versions, mode)
	if !ok || d.in.Requirements.KafkaVersion == "" || o.size == "" {
		return r, false
	}
	offered = strings.TrimSuffix(offered, ".x")
	r.changes = []verdict.Change{{Field: "requirements.kafka_version", From: d.in.Requirements.KafkaVersion,
		To: strconv.Quote(offered)}}
	r.question = fmt.Sprintf("Is Kafka %s enough?", offered)
	r.premise = fmt.Sprintf("Kafka %s is enough instead of %s", offered, d.in.Requirements.KafkaVersion)
	r.apply = func(in *Input) { in.Requirements.KafkaVersion = offered }
	return r, true
}

// lessHeadroom keeps free what the busiest limit leaves, in whole percent.
func (d *decision) lessHeadroom(r remedy) (remedy, bool) {
	used := 0.0
	for i := range d.quotas {
		h := &d.quotas[i]
		_, named := d.in.freeOf(h.quota.ID)
		if !h.known || !h.check.limited || h.check.limit <= 0 || !h.quantity.varies && !named {
			continue
		}
		if f := h.quantity.observed(&d.in.Requirements, &d.load, 1); f.ok && f.High <= h.check.limit {
			used = max(used, f.High/h.check.limit)
		}
	}
	free := math.Floor(100*(1-used)+1e-9) / 100
	if used <= 0 || free < 0 || free > maxHeadroom {
		return r, false
	}
	r.changes = []verdict.Change{{Field: "requirements.headroom", From: fmt.Sprintf("%g", tidy(d.in.freeOr(""))),
		To: fmt.Sprintf("%g", free)}}
	r.question = fmt.Sprintf("Is it enough to keep %s of the limits free?", sharePercent(free))
	r.premise = fmt.Sprintf("%s of the limits stay free instead of %s", sharePercent(free), sharePercent(d.in.freeOr("")))
	r.apply = func(in *Input) { in.Requirements.Headroom, in.Requirements.LimitHeadroom = &free, nil }
	return r, true
}

// yamlList writes names as a workload file does: [iam].
func yamlList(names []string) string { return "[" + strings.Join(names, ", ") + "]" }

// plainNumber writes a count as a workload file does.
func plainNumber(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }

// bytesText writes a size as a workload file does, without loss: 8MiB, 20MB, 20971521B.
func bytesText(v float64) string {
	for _, unit := range []struct {
		name string
		k    float64
	}{{"MiB", workload.MiB}, {"MB", workload.MB}, {"KB", workload.KB}} {
		if v >= unit.k && math.Mod(v, unit.k) == 0 {
			return plainNumber(v/unit.k) + unit.name
		}
	}
	return plainNumber(v) + "B"
}

// sentenceList joins whole clauses: "a, b and c". Unlike [joined] it leaves none out.
func sentenceList(clauses []string) string {
	n := len(clauses)
	if n < 2 {
		return strings.Join(clauses, "")
	}
	return strings.Join(clauses[:n-1], ", ") + " and " + clauses[n-1]
}
