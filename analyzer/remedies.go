package analyzer

import (
	"fmt"
	"maps"
	"strings"

	"github.com/mskfit/mskfit/verdict"
)

// remedies finds a verified remedy for each rule of the option that fails, or that is unknown and can be resolved by an action.
// complete is false where a failing rule has none.
func (d *decision) remedies(o *option) (out []remedy, complete bool) {
	complete = true
	done := map[string]bool{}
	for _, rule := range o.evaluation.rules {
		if rule.Outcome != verdict.Fail && rule.Outcome != verdict.Unknown || done[rule.ID] {
			continue
		}
		_, name, _ := strings.Cut(rule.ID, ".")
		r, ok := d.remedy(o, name, rule)
		if ok {
			ok = d.verify(o, &r, done)
		}
		if failed := rule.Outcome == verdict.Fail || name == "splittable"; !ok && failed {
			if r, ok = d.concession(o, name, rule); ok {
				ok = d.verify(o, &r, done)
			}
		}
		ok = ok && !(r.refused && d.chosen >= 0)
		switch {
		case ok:
			out = append(out, r)
		case rule.Outcome == verdict.Fail || rule.Utilization != nil && *rule.Utilization > 1:
			complete = false
		}
	}
	return out, complete
}

// verify decides again with the remedy applied. It keeps the remedy if its rule passes then, notes the other rules that it
// fixes as done, and says which rules it breaks.
func (d *decision) verify(o *option, r *remedy, done map[string]bool) bool {
	in := *d.in
	r.apply(&in)
	after := d.again(&in, forOutcomes).outcomesOf(o)
	if after == nil || after[r.rule] != verdict.Pass && after[r.rule] != verdict.NotApplicable {
		return false
	}
	breaks := ""
	for _, rule := range o.evaluation.rules {
		_, name, _ := strings.Cut(rule.ID, ".")
		now := after[name]
		switch {
		case severity(now) < severity(rule.Outcome) && now == verdict.Pass:
			done[rule.ID] = true
		case severity(now) > severity(rule.Outcome) && now != verdict.Pass:
			breaks += fmt.Sprintf("; %s is then %s", rule.Title, now)
		}
	}
	for i := range r.actions {
		r.actions[i].Fixes = o.evaluation.id(r.rule)
		r.actions[i].Why += breaks
	}
	return true
}

// outcomesOf returns the outcomes of the rules of the same kind and size.
func (d *decision) outcomesOf(o *option) map[string]verdict.Outcome {
	for i := range d.options {
		if a := &d.options[i]; a.twin(o) {
			return a.evaluation.outcomes()
		}
	}
	return nil
}

func (r *evaluation) outcomes() map[string]verdict.Outcome {
	out := make(map[string]verdict.Outcome, len(r.recorded))
	for _, n := range r.recorded {
		out[n.name] = n.outcome
	}
	return out
}

// remedy proposes what can be done about one rule.
func (d *decision) remedy(o *option, name string, rule verdict.Rule) (remedy, bool) {
	r := remedy{rule: name}
	switch name {
	case "ingress_per_partition", "egress_per_partition", "headroom":
		return d.morePartitions(o, r)
	case "partitions_non_compacted", "partitions_compacted", "clusters_per_account", "brokers":
		return d.raiseQuota(o, r, rule)
	case "message_size":
		return d.smallerMessages(r, rule)
	case "request_rate", "client_connections", "connection_attempts":
		return d.gentler(r, rule)
	case "consumer_groups":
		return d.fewerGroups(r, rule)
	case "partition_size_compacted":
		return d.splitCompacted(r, rule)
	case "default_retention_bytes":
		return d.setRetentionBytes(r)
	case "authentication":
		return d.moveClients(o, r)
	case "acls":
		return d.replaceACLs(r)
	case "broker_configuration":
		return d.perTopicInstead(o, r)
	case "topic_configuration":
		return d.dropTopicConfiguration(o, r)
	case "zookeeper_access":
		return d.leaveZooKeeper(r)
	case "replication_factor", "min_insync_replicas":
		return d.fewerCopies(o, r)
	}
	return r, false
}

// raiseQuota asks AWS for more of a quota that can be raised, where what is asked for is of the same order.
func (d *decision) raiseQuota(o *option, r remedy, rule verdict.Rule) (remedy, bool) {
	id := r.rule
	find := d.in.Catalog.Serverless.Quota
	if id == "brokers" {
		id = "brokers_per_cluster_kraft"
		if d.zookeeper {
			id = "brokers_per_cluster_zookeeper"
		}
		find = d.in.Catalog.Standard.Quota
		if o.kind == verdict.Express {
			find = d.in.Catalog.Express.Quota
		}
	}
	q, ok := find(id)
	if !ok || q.Adjustable == "" || rule.Outcome != verdict.Fail || rule.Observed == nil || rule.Limit == nil ||
		*rule.Observed > 1.5**rule.Limit {
		return r, false
	}
	want := roundUpNice(*rule.Observed / (1 - d.in.freeOr(r.rule)))
	r.changes = []verdict.Change{{Field: "requirements.raised_quotas." + id, From: plainNumber(*rule.Limit), To: plainNumber(want)}}
	r.question = fmt.Sprintf("Will AWS raise %s to %s?", id, count(want))
	r.premise = fmt.Sprintf("AWS raises the quota on %s from %s to %s", rule.Title, count(*rule.Limit), count(want))
	r.actions = []verdict.Action{{Target: "quota " + id,
		Action: fmt.Sprintf("ask AWS to raise it from %s to %s (%s)", count(*rule.Limit), count(want), q.Adjustable),
		Why:    rule.Evidence + "; declare the answer under raised_quotas"}}
	r.apply = func(in *Input) {
		raised := maps.Clone(in.Requirements.RaisedQuotas)
		if raised == nil {
			raised = map[string]float64{}
		}
		raised[id] = want
		in.Requirements.RaisedQuotas = raised
	}
	return r, true
}

// roundUpNice rounds up to two significant digits: 3,120 becomes 3,200.
func roundUpNice(v float64) float64 {
	step := 1.0
	for step*100 <= v {
		step *= 10
	}
	return float64(int(v/step+0.999999)) * step
}
