package analyzer

import (
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// serverlessPosture adds the rules on how clients connect and what they configure.
func serverlessPosture(r *evaluation, f *evalContext) {
	in := f.in
	source := in.Catalog.Serverless.Source
	authenticationRule(r, in, in.Catalog.Serverless.Authentication, source)
	aclRule(r, in, source)
	serverlessBrokerConfiguration(r, in, source)
	serverlessTopicConfiguration(r, f)
	compactionRule(r, in)
	zookeeperRule(r, in, source)
	serverlessGroups(r, in)
	serverlessVersion(r, in)
	serverlessRegion(r, in)
}

func aclRule(r *evaluation, in *Input, source string) {
	const name, title = "acls", "Kafka ACLs"
	p := in.Workload.Posture
	acls := in.Requirements.ACLs
	switch {
	case isTrue(acls):
		r.judge(name, title, source, verdict.Fail, "", "Kafka ACLs must be kept; Serverless authorizes by IAM policies only")
	case isFalse(acls):
		r.judge(name, title, source, verdict.Pass, "", "IAM policies can replace the Kafka ACLs")
	case p != nil && p.ACLs != nil && *p.ACLs == 0:
		r.judge(name, title, source, verdict.Pass, "", "no Kafka ACLs are in use")
	case (p == nil || p.ACLs == nil) && onlyIAM(in):
		r.judge(name, title, source, verdict.Pass, "", "clients use IAM, which authorizes them as well")
	case p == nil || p.ACLs == nil:
		r.judge(name, title, source, verdict.Unknown, "acls", "Kafka ACLs unknown; Serverless has none: declare acls")
	default:
		r.judge(name, title, source, verdict.Unknown, "acls",
			"%d Kafka ACLs are in use; Serverless has none: declare acls: false if IAM policies can replace them", *p.ACLs)
	}
}

func onlyIAM(in *Input) bool {
	methods, _ := methodsInUse(in)
	return len(methods) == 1 && methods[0] == "iam"
}

func serverlessBrokerConfiguration(r *evaluation, in *Input, source string) {
	const name, title = "broker_configuration", "broker configuration"
	needed, set, known := brokerConfiguration(in)
	switch {
	case len(needed) > 0:
		r.judge(name, title, source, verdict.Fail, "", "Serverless has no broker configuration; required: %s", joined(needed))
	case known && len(set) == 0:
		r.judge(name, title, source, verdict.Pass, "", "no broker property is required")
	case known:
		r.judge(name, title, source, verdict.Unknown, "broker_configuration",
			"brokers set %s; Serverless has no broker configuration: declare in broker_configuration which are required, or an empty list", joined(set))
	default:
		r.judge(name, title, source, verdict.Unknown, "broker_configuration",
			"required broker properties unknown; Serverless has no broker configuration: declare broker_configuration (an empty list for none)")
	}
}

// brokerConfiguration returns the broker properties that the owner needs, and those that are set today and that no one has
// said to need; known is false when neither was declared nor read.
func brokerConfiguration(in *Input) (needed, set []string, known bool) {
	if r := in.Requirements; r.BrokerConfigurationDeclared || len(r.BrokerConfiguration) > 0 {
		needed = slices.Clone(r.BrokerConfiguration)
		slices.Sort(needed)
		return slices.Compact(needed), nil, true
	}
	p := in.Workload.Posture
	if p == nil || p.BrokerConfig == nil {
		return nil, nil, false
	}
	for name, v := range p.BrokerConfig {
		if v.Overridden() {
			set = append(set, name)
		}
	}
	slices.Sort(set)
	return nil, set, true
}

// joined writes a list for people and cuts a long one: "a, b and c", "a, b, c, d and 7 more".
func joined(names []string) string {
	const most = 5
	switch n := len(names); {
	case n == 0:
		return "none"
	case n == 1:
		return names[0]
	case n <= most:
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names[:most-1], ", ") + " and " + count(float64(len(names)-most+1)) + " more"
}

// compactionRule says how many topics need care when they are created.
func compactionRule(r *evaluation, in *Input) {
	const name, title = "compaction", "compaction"
	b, _ := topicBound(in, "cleanup.policy")
	n := 0
	for _, t := range in.Workload.TopicList {
		if !t.Internal && t.Compacted != nil && *t.Compacted {
			n++
		}
	}
	if n == 0 {
		r.judge(name, title, b.Source, verdict.NotApplicable, "", "no compacted topic is known")
		return
	}
	r.judge(name, title, b.Source, verdict.Pass, "",
		"%d compacted topics: set cleanup.policy when you create them; it cannot be changed later", n)
}

// serverlessGroups checks group protocols newer than the classic one. AWS states no Kafka version for Serverless.
func serverlessGroups(r *evaluation, in *Input) {
	const name, title, source = "group_protocols", "consumer group protocols", "S-COMM (API versions seen in 2022-06)"
	newer := groupsOfType(in.Workload.GroupList, "consumer", "share")
	if len(newer) == 0 {
		r.judge(name, title, source, verdict.NotApplicable, "", "no group uses a protocol newer than the classic one")
		return
	}
	r.judge(name, title, source, verdict.Unknown, "group_protocols",
		"groups %s use the KIP-848 or share protocol; AWS does not say whether Serverless supports it: test it, or use classic consumers", joined(newer))
}

func groupsOfType(groups []workload.GroupWorkload, types ...string) []string {
	var names []string
	for _, g := range groups {
		if slices.Contains(types, g.Type) {
			names = append(names, g.Name)
		}
	}
	return names
}

func serverlessVersion(r *evaluation, in *Input) {
	const name, title, source = "kafka_version", "Kafka version", "S-SLS"
	if need := in.Requirements.KafkaVersion; need != "" {
		r.judge(name, title, source, verdict.Unknown, "kafka_version",
			"Kafka %s is required; Serverless offers no choice of version and AWS does not say which it runs: test your clients on it", need)
		return
	}
	r.judge(name, title, source, verdict.NotApplicable, "", "no version is required; Serverless chooses its own")
}

func serverlessRegion(r *evaluation, in *Input) {
	const name, title = "region", "region"
	source := in.Catalog.Serverless.Source
	switch region := in.Workload.Region; {
	case region == "":
		r.judge(name, title, source, verdict.Unknown, "region", "region unknown; prices are those of %s: declare region",
			referenceRegion)
	case slices.Contains(in.Catalog.Serverless.Regions, region):
		r.judge(name, title, source, verdict.Pass, "", "Serverless is offered in %s", region)
	case orZero(in.Requirements.ExistingServerlessClusters) > 0:
		r.judge(name, title, source, verdict.Pass, "", "a Serverless cluster runs in %s already, as declared", region)
	case in.Catalog.Regions[region].ServerlessClusterHour != nil:
		priced := in.Catalog.Regions[region].Origin("serverless_cluster_hour")
		r.judge(name, title, source+", "+priced.Source, verdict.Unknown, "serverless_region",
			"AWS's price list of %s has Serverless in %s, its guide does not list the region: try to create a cluster there",
			priced.Date, region)
	default:
		r.judge(name, title, source, verdict.Fail, "", "Serverless is not offered in %s%s", region, misspelled(in, region))
	}
}
