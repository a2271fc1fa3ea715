package analyzer

import (
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// What an answer could change, the gravest first.
const (
	changesChoice  = "choice"
	changesPrice   = "price"
	changesNothing = "nothing"
)

// farFromLimit is the use below which a limit cannot be near, however large the error of an estimate.
const farFromLimit = 0.02

// trial is what the answers to a question would change, found by deciding again with each.
type trial struct {
	choice, price bool
	effect        string
}

func (t trial) changes() string {
	switch {
	case t.choice:
		return changesChoice
	case t.price:
		return changesPrice
	}
	return changesNothing
}

// unknowns lists the limits of the choice that could not be checked, one entry for each missing figure or declaration: what could
// change the choice first, then the price.
func (d *decision) unknowns() []verdict.UnknownLimit {
	var out []verdict.UnknownLimit
	at := map[string]int{}
	var rules [][]verdict.Rule
	for _, r := range d.options[d.chosen].evaluation.rules {
		if r.Outcome != verdict.Unknown {
			continue
		}
		key := r.Needs
		if key == "" {
			key = r.ID
		}
		i, seen := at[key]
		if !seen {
			i = len(out)
			at[key], out, rules = i, append(out, unknownOf(r)), append(rules, nil)
		}
		out[i].Rules, rules[i] = append(out[i].Rules, r.ID), append(rules[i], r)
	}
	for i := range out {
		t := d.trialOf(rules[i])
		out[i].Changes, out[i].Effect = t.changes(), t.effect
	}
	rank := []string{changesChoice, changesPrice, changesNothing}
	slices.SortStableFunc(out, func(a, b verdict.UnknownLimit) int {
		return slices.Index(rank, a.Changes) - slices.Index(rank, b.Changes)
	})
	return out
}

// unknownOf names what a rule waits for, and the action that resolves it.
func unknownOf(r verdict.Rule) verdict.UnknownLimit {
	if m, ok := missingThings[r.Needs]; ok {
		return verdict.UnknownLimit{What: m.what, Action: m.action}
	}
	action := r.Evidence
	if i := strings.LastIndex(action, ": "); i >= 0 {
		action = action[i+2:]
	}
	return verdict.UnknownLimit{What: r.Title, Action: action}
}

// trialOf finds out what the answer could change: from the question that asks for it, from deciding again with the figure just
// above its limit, or by leaving out the options that wait for the same rule.
func (d *decision) trialOf(rules []verdict.Rule) trial {
	r := rules[0]
	if t, asked := d.trials[r.Needs]; asked {
		return t
	}
	if far(rules) {
		return trial{}
	}
	switch r.Needs {
	case "retention.bytes":
		return trial{price: true, effect: "data above the default per partition is deleted"}
	case "stored_bytes", "retention", "region":
		return trial{price: true, effect: "the price rests on an assumption: " + r.Evidence}
	}
	if in, ok := d.beyond(r); ok {
		then := d.again(in, forChoice)
		return trial{choice: !d.sameChoice(then), price: d.priceDiffers(then), effect: "above the limit: " + then.outcome()}
	}
	then := d.without(strings.TrimPrefix(r.ID, string(d.options[d.chosen].kind)+"."))
	if then == nil {
		return trial{choice: true, effect: "if not: no MSK cluster fits"}
	}
	return trial{choice: true, effect: "if not: " + priced(then)}
}

// far reports whether every rule has an estimate that is nowhere near its limit.
func far(rules []verdict.Rule) bool {
	return !slices.ContainsFunc(rules, func(r verdict.Rule) bool { return r.Utilization == nil || *r.Utilization >= farFromLimit })
}

// priceDiffers reports whether the other decision's choice has another bill.
func (d *decision) priceDiffers(o *decision) bool {
	return o.chosen < 0 || cents(o.options[o.chosen].cost) != cents(d.options[d.chosen].cost)
}

// beyond is the input with the figure that a rule waits for just above the rule's limit; false where it is none of those that can
// be set so.
func (d *decision) beyond(r verdict.Rule) (*Input, bool) {
	unit := verdict.BaseUnits(r.Unit)
	if r.Limit == nil || unit == 0 {
		return nil, false
	}
	in := *d.in
	w := &in.Workload
	above := workload.Exactly(*r.Limit*unit*1.001+1, workload.Declared, "just above the limit")
	switch r.Needs {
	case "client_connections":
		w.ClientConnections = workload.Constantly(above)
	case verdict.ConnectionAttemptsKey:
		w.ConnectionsPerSec = workload.Constantly(above)
	case verdict.RequestsKey:
		w.RequestsPerSec = workload.Constantly(above)
	case verdict.HottestIngressKey:
		w.HottestIngress = workload.Constantly(above)
	case verdict.HottestEgressKey:
		w.HottestEgress = workload.Constantly(above)
	case "largest_compacted_partition_bytes":
		w.LargestCompactedPartitionBytes = &above
	case "max_message_bytes":
		w.MaxMessageBytes = &above
	case "consumer_groups":
		w.ConsumerGroups = &above
	case "compacted_partitions":
		w.CompactedPartitions = &above
	default:
		return nil, false
	}
	return &in, true
}

// without is the option that would be taken if the rule failed wherever it is unknown; nil: none.
func (d *decision) without(rule string) *option {
	best := -1
	for i := range d.options {
		o := &d.options[i]
		r, ok := o.rule(o.evaluation.id(rule))
		same := o.kind == d.options[d.chosen].kind && o.size == ""
		if !o.eligible() || same || ok && r.Outcome == verdict.Unknown {
			continue
		}
		if best < 0 || d.before(o, &d.options[best]) {
			best = i
		}
	}
	if best < 0 {
		return nil
	}
	return &d.options[best]
}

// missingThings names what rules wait for, and the one action that resolves each.
var missingThings = map[string]struct{ what, action string }{
	"region":                {"region", "declare region"},
	"serverless_region":     {"whether Serverless is offered in this region", "try to create a Serverless cluster there"},
	"authentication":        {"client authentication", "declare authentication"},
	"authentication_change": {"whether clients can move to another authentication", "declare authentication_change"},
	"acls":                  {"whether Kafka ACLs must stay", "declare acls"},
	"broker_configuration":  {"required broker properties", "declare broker_configuration"},
	"zookeeper_access":      {"direct use of ZooKeeper", "declare zookeeper_access"},
	"splittable":            {"whether topics can be split over clusters", "declare splittable"},
	"topic_configuration":   {"topic settings", "grant DescribeConfigs on the topics"},
	"cleanup.policy":        {"topics with cleanup.policy=compact,delete", "test one of them on Serverless"},
	"group_protocols":       {"newer consumer group protocols", "test one group on Serverless"},
	"kafka_version":         {"Kafka version", "test your clients on the version that MSK runs"},
	"client_connections":    {"client connections", "read CloudWatch or JMX, or declare client_connections"},
	verdict.ConnectionAttemptsKey: {"new connections per second",
		"read CloudWatch or JMX, or declare connection_attempts_per_second"},
	verdict.RequestsKey:            {"requests per second", "read CloudWatch or JMX, or declare requests_per_second"},
	"client_vpcs":                  {"client VPCs", "declare client_vpcs"},
	"existing_serverless_clusters": {"existing Serverless clusters", "declare existing_serverless_clusters"},
	"extra_readers":                {"readers that do not commit", "declare extra_readers"},
	verdict.EgressKey:              {"egress", "read the brokers' counters (CloudWatch, JMX), or declare egress"},
	verdict.IngressKey:             {"peak ingress", "read the brokers' counters (CloudWatch, JMX), or observe for longer"},
	verdict.HottestIngressKey: {"ingress of the hottest partition",
		"observe for longer, or declare hottest_partition_ingress"},
	verdict.HottestEgressKey: {"egress of the hottest partition",
		"observe for longer, or declare hottest_partition_egress"},
	"partitions": {"partitions", "read the topics' cleanup.policy, or declare partitions"},
	"compacted_partitions": {"compacted partitions",
		"read the topics' cleanup.policy, or declare compacted_partitions"},
	"largest_compacted_partition_bytes": {"largest compacted partition", "let mskfit read the log sizes (DescribeLogDirs)"},
	"stored_bytes": {"stored bytes",
		"let mskfit read the log sizes (DescribeLogDirs), or declare stored_bytes"},
	"retention": {"retention", "declare retention"},
	"retention.bytes": {"retention.bytes of large topics",
		"set retention.bytes when you create them (-1: no limit)"},
	"max_message_bytes": {"largest message", "read max.message.bytes of the topics, or declare max_message_size"},
	"consumer_groups":   {"consumer groups", "list the groups, or declare consumer_groups"},
	"topics":            {"the topics one by one", "list topics in the workload file"},
	"tiered_storage":    {"whether older data may move to the low-cost tier", "declare tiered_storage"},
}
