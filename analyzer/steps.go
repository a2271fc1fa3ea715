package analyzer

import (
	"fmt"
	"strings"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// steps are the findings of AWS's process for choosing a cluster type, in its order. They are findings of fact: what they
// point to together is the choice.
func (d *decision) steps() []verdict.Step {
	serverless := d.single()
	return []verdict.Step{
		d.capability(),
		serverlessStep("configuration", serverless, "broker_configuration", "topic_configuration"),
		serverlessStep("cluster_quotas", serverless, clusterQuotas(d.in)...),
		serverlessStep("partition_quotas", serverless, "ingress_per_partition", "egress_per_partition",
			"partition_size_compacted", "partition_size_non_compacted", "partition_size"),
		serverlessStep("security", serverless, "authentication", "acls"),
		d.costStep(),
		serverlessStep("zookeeper", serverless, "zookeeper_access"),
	}
}

// clusterQuotas are the quotas that are not about one partition.
func clusterQuotas(in *Input) []string {
	var ids []string
	for _, q := range in.Catalog.Serverless.Quotas {
		if !strings.HasPrefix(q.ID, "partition_size") && !strings.HasSuffix(q.ID, "_per_partition") {
			ids = append(ids, q.ID)
		}
	}
	return append(ids, "headroom")
}

func (d *decision) capability() verdict.Step {
	s := verdict.Step{ID: "capability"}
	switch team := d.in.Requirements.OperationsTeam; {
	case isTrue(team):
		s.Finding, s.PointsTo = "a team runs Kafka: every kind is possible, so the price decides", "any"
	case isFalse(team):
		s.Finding, s.PointsTo = "no team runs Kafka: the kind with the least operation is best", "serverless"
	default:
		s.Finding, s.PointsTo = "whether a team runs Kafka is unknown; none assumed", "serverless"
	}
	return s
}

// serverlessStep sums up a few Serverless rules: what fails, else what is not known, else the tightest.
func serverlessStep(id string, o *option, rules ...string) verdict.Step {
	s := verdict.Step{ID: id, PointsTo: "serverless"}
	var fails, unknown, said []string
	tightest := -1.0
	passing := ""
	for _, name := range rules {
		r, ok := o.rule(string(verdict.Serverless) + "." + name)
		if !ok {
			continue
		}
		switch r.Outcome {
		case verdict.Fail:
			fails = append(fails, r.Evidence)
		case verdict.Unknown:
			unknown = append(unknown, r.Title)
			said = append(said, r.Evidence)
		case verdict.Pass:
			use := 0.0
			if r.Utilization != nil {
				use = *r.Utilization
			}
			if use > tightest && (use > 0 || passing == "") {
				tightest, passing = use, r.Evidence
			}
		case verdict.NotApplicable:
			if passing == "" && tightest < 0 {
				passing = r.Evidence
			}
		}
	}
	switch {
	case len(fails) > 0:
		s.PointsTo = "provisioned"
		s.Finding = strings.Join(fails, "; ")
	case len(unknown) == 1:
		s.PointsTo, s.Finding = "unknown", said[0]
	case len(unknown) > 1:
		s.Finding = fmt.Sprintf("unknown: %s", joined(unknown))
		if tightest >= 0 {
			s.Finding = fmt.Sprintf("%s; unknown: %s", passing, joined(unknown))
		}
	default:
		s.Finding = passing
	}
	return s
}

// costStep compares the cheapest option of each kind that may be chosen.
func (d *decision) costStep() verdict.Step {
	s := verdict.Step{ID: "cost", PointsTo: "unknown", Finding: "no option that fits has a price"}
	var parts []string
	var best *option
	for _, k := range []verdict.Kind{verdict.Serverless, verdict.ServerlessSplit, verdict.Standard, verdict.Express} {
		var o *option
		for i := range d.options {
			if a := &d.options[i]; a.kind == k && a.eligible() && (o == nil || cheaper(a, o)) {
				o = a
			}
		}
		if o == nil {
			continue
		}
		parts = append(parts, fmt.Sprintf("%s %s", o.choice().Name(), workload.FormatDollars(o.cost)))
		if best == nil || cheaper(o, best) {
			best = o
		}
	}
	if best != nil {
		s.PointsTo, s.Finding = string(best.kind), strings.Join(parts, ", ")+" a month"
	}
	return s
}
