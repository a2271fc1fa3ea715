package analyzer

import (
	"fmt"
	"maps"
	"slices"

	"github.com/mskfit/mskfit/internal/workload"
)

// remedy is what the owner can do about one rule: one or several actions that together mend it.
type remedy struct {
	rule    string // name of the rule, without its kind
	actions []Action
	// apply changes a copy of the input as if the actions had been taken. It replaces what it changes and never writes through
	// a pointer, slice or map of the input.
	apply func(*Input)
}

// actions lists what the owner can do, each verified by deciding again with it applied: for the rules that stand in the way of
// the choice's own kind, and for another kind where the remedies together clear all that stands in its way. reach says what
// such a kind would then cost.
func (d *decision) actions() (actions []Action, reach []string) {
	actions = []Action{}
	for _, k := range []Kind{Serverless, Express, Standard} {
		o := d.representative(k)
		if o == nil {
			continue
		}
		remedies, complete := d.remedies(o)
		if d.chosen >= 0 && d.options[d.chosen].kind != k {
			would, taken := d.withAll(remedies, o)
			if o.eligible() || !complete || would == nil {
				continue // out of reach, or there already
			}
			if taken {
				reach = append(reach, fmt.Sprintf("with %s (see actions) %s would be taken, at %s a month", changes(remedies), would.choice().Name(), workload.FormatUSD(would.cost)))
			}
		}
		for _, r := range remedies {
			actions = append(actions, r.actions...)
		}
	}
	return append(actions, d.savings()...), reach
}

func changes(remedies []remedy) string {
	n := 0
	for _, r := range remedies {
		n += len(r.actions)
	}
	if n == 1 {
		return "one change"
	}
	return fmt.Sprintf("%d changes", n)
}

// withAll is the option once every remedy is applied, and whether the policy then takes it; nil where it still cannot be chosen.
func (d *decision) withAll(remedies []remedy, o *option) (would *option, taken bool) {
	in := *d.in
	for _, r := range remedies {
		r.apply(&in)
	}
	then := d.again(&in)
	for i := range then.options {
		if a := &then.options[i]; a.kind == o.kind && a.size == o.size && a.eligible() {
			return a, then.chosen == i
		}
	}
	return nil, false
}

// representative is the option of a kind whose rules are to be mended: the chosen one, else the cheapest that may be chosen,
// else the one with the least in its way.
func (d *decision) representative(k Kind) *option {
	if d.chosen >= 0 && d.options[d.chosen].kind == k {
		return &d.options[d.chosen]
	}
	var best *option
	for i := range d.options {
		o := &d.options[i]
		if o.kind != k {
			continue
		}
		if best == nil || nearer(o, best) {
			best = o
		}
	}
	return best
}

// remedies finds a verified remedy for each rule of the option that fails, or that is unknown and can be settled by an action.
// complete is false where a failing rule has none.
func (d *decision) remedies(o *option) (out []remedy, complete bool) {
	complete = true
	done := map[string]bool{}
	for _, rule := range o.ruling.rules {
		if rule.Outcome != Fail && rule.Outcome != Unknown || done[rule.ID] {
			continue
		}
		name := rule.ID[len(o.ruling.kind)+1:]
		r, ok := d.remedy(o, name, rule)
		if ok {
			ok = d.verify(o, &r, done)
		}
		switch {
		case ok:
			out = append(out, r)
		case rule.Outcome == Fail || rule.Utilization != nil && *rule.Utilization > 1:
			complete = false
		}
	}
	return out, complete
}

// verify decides again with the remedy applied. It keeps the remedy if its rule passes then, notes the other rules that it
// mends as done, and says which rules it breaks.
func (d *decision) verify(o *option, r *remedy, done map[string]bool) bool {
	in := *d.in
	r.apply(&in)
	after := d.recording(&in).outcomesOf(o)
	if after == nil || after[r.rule] != Pass && after[r.rule] != NotApplicable {
		return false
	}
	breaks := ""
	for _, rule := range o.ruling.rules {
		name := rule.ID[len(o.ruling.kind)+1:]
		now := after[name]
		switch {
		case severity(now) < severity(rule.Outcome) && now == Pass:
			done[rule.ID] = true
		case severity(now) > severity(rule.Outcome) && now != Pass:
			breaks += fmt.Sprintf("; %s is then %s", rule.Title, now)
		}
	}
	for i := range r.actions {
		r.actions[i].Mends = o.ruling.id(r.rule)
		r.actions[i].Why += breaks
	}
	return true
}

// outcomesOf returns the outcomes of the rules of the same kind and size.
func (d *decision) outcomesOf(o *option) map[string]Outcome {
	for i := range d.options {
		if a := &d.options[i]; a.kind == o.kind && a.size == o.size {
			return a.ruling.outcomes()
		}
	}
	return nil
}

func (r *ruling) outcomes() map[string]Outcome {
	out := make(map[string]Outcome, len(r.recorded))
	for _, n := range r.recorded {
		out[n.name] = n.outcome
	}
	return out
}

// remedy proposes what can be done about one rule.
func (d *decision) remedy(o *option, name string, rule Rule) (remedy, bool) {
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
func (d *decision) raiseQuota(o *option, r remedy, rule Rule) (remedy, bool) {
	id := r.rule
	find := d.in.Catalog.Serverless.Quota
	if id == "brokers" {
		id = "brokers_per_cluster_kraft"
		if d.zookeeper {
			id = "brokers_per_cluster_zookeeper"
		}
		find = d.in.Catalog.Standard.Quota
		if o.kind == Express {
			find = d.in.Catalog.Express.Quota
		}
	}
	q, ok := find(id)
	if !ok || q.Adjustable == "" || rule.Outcome != Fail || rule.Observed == nil || rule.Limit == nil || *rule.Observed > 1.5**rule.Limit {
		return r, false
	}
	want := roundUpNice(*rule.Observed / (1 - d.in.Options.Headroom))
	r.actions = []Action{{Target: "quota " + id, Action: fmt.Sprintf("ask AWS to raise it from %s to %s (%s)", count(*rule.Limit), count(want), q.Adjustable),
		Why: rule.Evidence + "; declare the answer under raised_quotas"}}
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

// savings tells of cheaper ways to run the choice that need something of its owner: tiered storage and provisioned storage
// throughput on Standard brokers.
func (d *decision) savings() []Action {
	if d.chosen < 0 || d.options[d.chosen].kind != Standard {
		return nil
	}
	var out []Action
	now := &d.options[d.chosen]
	try := func(target, action string, apply func(*Input)) {
		in := *d.in
		apply(&in)
		then := d.again(&in)
		if then.chosen < 0 || then.options[then.chosen].kind != Standard {
			return
		}
		o := &then.options[then.chosen]
		if saved := cents(now.cost - o.cost); saved >= 0.01*now.cost {
			out = append(out, Action{Target: target, Action: action,
				Why: fmt.Sprintf("%s would do, and %s a month less", o.choice().Name(), workload.FormatUSD(saved))})
		}
	}
	w := &d.in.Workload
	if !d.load.tiered && w.Retention != nil && *w.Retention != workload.RetentionUnlimited && w.Retention.Hours() >= 96 && d.load.compacted.ok && d.load.compacted.High == 0 {
		try("retention", "keep 24 h on broker storage and the rest in tiered storage", func(in *Input) {
			day := oneCycle
			in.Workload.PrimaryRetention = &day
		})
	}
	if d.load.throughput == 0 && d.profile.Standard.Throughput == "default" {
		for _, mib := range d.provisionable() {
			try("storage throughput", fmt.Sprintf("provision %s MiB/s a broker", count(mib)), func(in *Input) {
				v := mib * workload.MiB
				in.Workload.ProvisionedThroughputBytesPerSec = &v
			})
		}
	}
	if len(out) > 1 {
		out = out[:1]
	}
	return out
}

// provisionable lists the storage throughputs that some size can be given, ascending.
func (d *decision) provisionable() []float64 {
	var out []float64
	for _, s := range d.in.Catalog.Standard.Sizes {
		if s.ProvisionedMaxMiB != nil {
			out = append(out, *s.ProvisionedMaxMiB)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
