package analyzer

import (
	"fmt"
	"math"
	"time"

	"github.com/mskfit/mskfit/analyzer/drift"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// fixes proposes one action for each rule of an option that is at its warning mark, or whose limit is expected to be passed
// within the horizon. An action is proposed only if deciding again with it applied brings the rule below the mark.
func (d *decision) fixes(i int, ahead []verdict.Forecast, p drift.Policy, now time.Time) []verdict.Action {
	due := map[string]bool{}
	for _, f := range ahead {
		due[f.Rule] = f.Expected != nil && !f.Expected.After(now.Add(p.ForecastHorizon*3/2))
	}
	var out []verdict.Action
	for _, rule := range append([]verdict.Rule(nil), d.options[i].evaluation.rules...) {
		m, followed := drift.MarksOf(rule, p)
		if !followed || rule.Utilization == nil {
			continue
		}
		near := *rule.Utilization >= math.Min(m.WarnClear, m.CriticalClear)
		if !near && !due[rule.ID] {
			continue
		}
		if a, ok := d.fixRule(i, rule, math.Min(m.Warn, m.Critical)); ok {
			a.Fixes = rule.ID
			out = append(out, a)
		}
	}
	return out
}

// fixRule tries the remedy of the rule's own, then more brokers, then another cluster.
func (d *decision) fixRule(i int, rule verdict.Rule, mark float64) (verdict.Action, bool) {
	o := d.options[i]
	if a, ok := d.ownRemedy(&o, rule, mark); ok {
		return a, true
	}
	if o.kind == verdict.Standard || o.kind == verdict.Express {
		if a, ok := d.moreBrokers(&o, rule, mark); ok {
			return a, true
		}
	}
	return d.elsewhere(&o)
}

// ownRemedy is what the verdict proposes once a rule fails, proposed before it does.
func (d *decision) ownRemedy(o *option, rule verdict.Rule, mark float64) (verdict.Action, bool) {
	failing := rule
	failing.Outcome = verdict.Fail
	name := rule.ID[len(o.kind)+1:]
	if o.kind == verdict.ServerlessSplit {
		return verdict.Action{}, false // its rules are those of the fullest part
	}
	r, ok := d.remedy(o, name, failing)
	if !ok || len(r.actions) == 0 {
		return verdict.Action{}, false
	}
	in := *d.in
	r.apply(&in)
	then := decide(&in, forVerdict)
	j, ok := then.withBrokers(o.choice())
	if !ok {
		return verdict.Action{}, false
	}
	after, ok := then.options[j].rule(rule.ID)
	if !ok || after.Utilization == nil || *after.Utilization >= mark {
		return verdict.Action{}, false
	}
	a := r.actions[0]
	if more := len(r.actions) - 1; more > 0 {
		a.Action += fmt.Sprintf(" (and %d more like it)", more)
	}
	return a, true
}

// moreBrokers adds as many brokers as bring the rule below its mark, in whole steps of one broker a zone.
func (d *decision) moreBrokers(o *option, rule verdict.Rule, mark float64) (verdict.Action, bool) {
	multiple := d.standardSizer.multiple
	brokers := roundUp(math.Max(float64(o.brokers)*(*rule.Utilization)/mark*(1+1e-9), float64(o.brokers+1)), multiple, hair)
	wanted := o.choice()
	wanted.Brokers = brokers
	j, ok := d.withBrokers(wanted)
	if !ok {
		return verdict.Action{}, false
	}
	then := &d.options[j]
	after, ok := then.rule(rule.ID)
	limit := d.brokerLimit(o.kind)
	if !ok || after.Utilization == nil || *after.Utilization >= mark || limit.limited && float64(brokers) > limit.limit {
		return verdict.Action{}, false
	}
	why := after.Evidence
	if then.priced && o.priced {
		why += fmt.Sprintf(", for %s a month more", workload.FormatDollars(cents(then.cost-o.cost)))
	}
	return verdict.Action{Target: "cluster", Action: fmt.Sprintf("raise the brokers from %d to %d", o.brokers, brokers), Why: why},
		true
}

// elsewhere names the cluster that carries the load where this one will not: several Serverless clusters where the owner
// allows them, else the best of another kind.
func (d *decision) elsewhere(o *option) (verdict.Action, bool) {
	if o.kind == verdict.Serverless && isTrue(d.in.Requirements.Splittable) {
		if plan := d.planned(&d.load); plan.Feasible == verdict.Yes && len(plan.Clusters) > 1 {
			second := plan.Clusters[len(plan.Clusters)-1]
			return verdict.Action{Target: "cluster",
				Action: fmt.Sprintf("spread it over %d Serverless clusters: %s to one of their own", len(plan.Clusters),
					joined(second.Topics)), Why: plan.Note}, true
		}
	}
	best := -1
	for i := range d.options {
		other := &d.options[i]
		if other.kind == o.kind || other.kind == verdict.ServerlessSplit || !other.eligible() {
			continue
		}
		if best < 0 || d.before(other, &d.options[best]) {
			best = i
		}
	}
	if best < 0 {
		return verdict.Action{}, false
	}
	to := &d.options[best]
	return verdict.Action{Target: "cluster", Action: "plan the move to " + to.choice().Name(),
		Why: fmt.Sprintf("it carries this load, for %s a month", workload.FormatDollars(cents(to.cost)))}, true
}
