package analyzer

import (
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// asked is a requirement that is not declared, with the answers to try.
type asked struct {
	field, question string
	answers         []answer
	// resolves names what an answer resolves even where it leaves the choice as it is; empty: then it is not asked.
	resolves string
}

// answer is one way in which the owner may declare a requirement.
type answer struct {
	says  string
	apply func(*workload.Requirements)
}

// yesNo is a question whose answer is a bool.
func yesNo(field, question string, set func(*workload.Requirements, *bool)) asked {
	yes, no := true, false
	return asked{field: field, question: question, answers: []answer{
		{"yes", func(r *workload.Requirements) { set(r, &yes) }},
		{"no", func(r *workload.Requirements) { set(r, &no) }},
	}}
}

// undeclared lists what has not been declared, the weightiest first.
func undeclared(in *Input) []asked {
	r, w := &in.Requirements, &in.Workload
	var out []asked
	add := func(missing bool, q asked) {
		if missing {
			out = append(out, q)
		}
	}
	add(r.OperationsTeam == nil, yesNo("operations_team", "does a team run Kafka (capacity, upgrades, rebalancing)?",
		func(r *workload.Requirements, b *bool) { r.OperationsTeam = b }))
	_, ruledOut := zookeeperMode(in)
	add(r.ZooKeeperAccess == nil && !ruledOut, yesNo("zookeeper_access", "does any tool connect to ZooKeeper directly?",
		func(r *workload.Requirements, b *bool) { r.ZooKeeperAccess = b }))
	methods, declared := methodsInUse(in)
	add(len(methods) == 0, asked{field: "authentication", question: "how do clients authenticate?", answers: []answer{
		{"IAM", func(r *workload.Requirements) { r.Authentication = []string{"iam"} }},
		{"SASL/SCRAM", func(r *workload.Requirements) { r.Authentication = []string{"sasl_scram"} }},
	}})
	// Methods that were declared are those that clients must keep; only what was observed is open to change.
	add(len(methods) > 0 && !declared && r.AuthenticationChange == nil && !onlyIAM(in), yesNo("authentication_change",
		"can the clients move to another authentication (IAM for Serverless)?",
		func(r *workload.Requirements, b *bool) { r.AuthenticationChange = b }))
	add(!r.BrokerConfigurationDeclared && len(r.BrokerConfiguration) == 0, brokerConfigurationQuestion(in))
	add(r.ACLs == nil, yesNo("acls", "must Kafka ACLs be kept, or can IAM policies replace them?",
		func(r *workload.Requirements, b *bool) { r.ACLs = b }))
	add(r.Splittable == nil && !isTrue(r.ZooKeeperAccess), yesNo("splittable", "can the topics be split over several clusters?",
		func(r *workload.Requirements, b *bool) { r.Splittable = b }))
	readers := numbers("extra_readers",
		"how many more clients read everything (connectors, mirrors, tools that commit no offsets)?",
		[]string{"none", "1", "3", "10"}, []float64{0, 1, 3, 10}, func(r *workload.Requirements, v float64) { r.ExtraReaders = &v })
	if q := w.EgressBytesPerSec; q != nil && !q.Bounded() {
		readers.resolves = "the upper bound of egress"
	}
	add(r.ExtraReaders == nil && !countsAll(w.EgressBytesPerSec), readers)
	add(r.SaleEventFactor == nil, numbers("sale_event_factor", "how many times the normal load is the largest event of the year?",
		[]string{"not at all", "× 2", "× 5", "× 10"}, []float64{1, 2, 5, 10},
		func(r *workload.Requirements, v float64) { r.SaleEventFactor = &v }))
	add(r.ClientVPCs == nil, counts(in, "client_vpcs", "from how many VPCs do clients connect?", 0,
		func(r *workload.Requirements, n int) { r.ClientVPCs = &n }))
	add(r.ExistingServerlessClusters == nil, counts(in, "existing_serverless_clusters",
		"how many Serverless clusters does the account have in the region?", 1,
		func(r *workload.Requirements, n int) { r.ExistingServerlessClusters = &n }))
	return out
}

// brokerConfigurationQuestion asks which of the properties that are set today are needed.
func brokerConfigurationQuestion(in *Input) asked {
	_, set, _ := brokerConfiguration(in)
	question, kept := "which broker properties are required?", "some"
	if len(set) > 0 {
		question = "which of the broker properties set today are required (" + joined(set) + ")?"
		kept = "all of them"
	} else {
		set = []string{"log.retention.ms"} // any that every Provisioned cluster can set
	}
	return asked{field: "broker_configuration", question: question, answers: []answer{
		{"none", func(r *workload.Requirements) { r.BrokerConfiguration, r.BrokerConfigurationDeclared = nil, true }},
		{kept, func(r *workload.Requirements) {
			r.BrokerConfiguration, r.BrokerConfigurationDeclared = slices.Clone(set), true
		}},
	}}
}

func numbers(field, question string, says []string, values []float64, set func(*workload.Requirements, float64)) asked {
	q := asked{field: field, question: question}
	for i, v := range values {
		q.answers = append(q.answers, answer{says[i], func(r *workload.Requirements) { set(r, v) }})
	}
	return q
}

// counts asks for a number that a Serverless quota of the same subject bounds: at the quota, and one beyond it. more is what
// the choice itself adds to it.
func counts(in *Input, field, question string, more int, set func(*workload.Requirements, int)) asked {
	id := map[string]string{"client_vpcs": "client_vpcs", "existing_serverless_clusters": "clusters_per_account"}[field]
	limit, ok := QuotaLimit(in, id)
	if !ok || limit > 1e6 {
		return asked{field: field, question: question}
	}
	most := max(int(limit)-more, 0)
	return asked{field: field, question: question, answers: []answer{
		{"up to " + count(float64(most)), func(r *workload.Requirements) { set(r, most) }},
		{count(float64(most+1)) + " or more", func(r *workload.Requirements) { set(r, most+1) }},
	}}
}

// questions asks for what could change the choice: each answer is tried by deciding again, and a question is left out where no
// answer changes the choice.
func (d *decision) questions() []verdict.Question {
	out := []verdict.Question{}
	d.trials = map[string]trial{}
	idle := d.serverlessIdle()
	open := undeclared(d.in)
	if q, ok := d.tieredQuestion(); ok {
		open = append(open, q)
	}
	for _, q := range open {
		if idle && serverlessOnly[q.field] {
			continue
		}
		var effects []string
		var t trial
		last := ""
		for _, a := range q.answers {
			in := *d.in
			a.apply(&in.Requirements)
			then := d.again(&in, forChoice)
			t.choice = t.choice || !d.sameChoice(then)
			t.price = t.price || d.chosen >= 0 && d.priceDiffers(then)
			what := then.outcome()
			if what == last {
				continue // "× 5" says nothing that "× 2" does not
			}
			effects, last = append(effects, a.says+": "+what), what
		}
		t.effect = strings.Join(effects, "; ")
		if d.trials[q.field] = t; !t.choice && !t.price {
			d.trials[q.field] = trial{}
		}
		switch {
		case t.choice:
			out = append(out, verdict.Question{Field: q.field, Question: q.question, Effect: t.effect})
		case q.resolves != "":
			out = append(out, verdict.Question{Field: q.field, Question: q.question,
				Effect: "the choice stays the same for every answer up to " +
					q.answers[len(q.answers)-1].says + "; an answer settles " + q.resolves})
		}
	}
	if q, ok := d.premiumQuestion(); ok {
		out = append(out, q)
	}
	return out
}

// serverlessOnly are the requirements that bear only on Serverless.
var serverlessOnly = map[string]bool{"acls": true, "client_vpcs": true, "existing_serverless_clusters": true}

// serverlessIdle reports whether the choice stays as it is however well one Serverless cluster fits: a team takes the cheapest,
// and that is another one.
func (d *decision) serverlessIdle() bool {
	o := d.single()
	return d.chosen >= 0 && hasTeam(d.in) && d.in.Requirements.Prefer == "" && d.options[d.chosen].size != "" &&
		o != nil && o.priced && o.cost > d.options[d.chosen].cost+0.005
}

// sameChoice reports whether two decisions take the same cluster, whatever it costs.
func (d *decision) sameChoice(o *decision) bool {
	if d.chosen < 0 || o.chosen < 0 {
		return d.chosen < 0 && o.chosen < 0
	}
	return d.options[d.chosen].is(o.options[o.chosen].choice())
}

// outcome names the choice and its price.
func (d *decision) outcome() string {
	if d.chosen < 0 {
		return "no MSK cluster fits"
	}
	return priced(&d.options[d.chosen])
}

// priced names an option with its bill.
func priced(o *option) string {
	return o.choice().Name() + ", " + workload.FormatDollars(o.cost) + " a month"
}
