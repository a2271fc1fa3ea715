package analyzer

import (
	"maps"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// referenceRegion is whose prices are taken while no region is declared.
const referenceRegion = "us-east-1"

// priceRegion is the region whose prices are taken; false where the price file has none of it.
func priceRegion(in *Input) (catalog.Region, bool) {
	code := in.Workload.Region
	if code == "" {
		code = referenceRegion
	}
	r, ok := in.Catalog.Regions[code]
	return r, ok
}

// methodsInUse returns the authentication methods that clients use, sorted: what the owner declared, or what the listeners
// offer. declared distinguishes the two; nil: not known.
func methodsInUse(in *Input) (methods []string, declared bool) {
	if in.Requirements.Authentication != nil {
		methods = slices.Clone(in.Requirements.Authentication)
		slices.Sort(methods)
		return slices.Compact(methods), true
	}
	if p := in.Workload.Posture; p != nil && p.Authentication != nil {
		methods = slices.Clone(p.Authentication)
		slices.Sort(methods)
	}
	return methods, false
}

// authenticationRule compares the methods in use with those that the kind of cluster supports.
func authenticationRule(r *evaluation, in *Input, supported []string, source string) {
	const name, title = "authentication", "authentication"
	methods, declared := methodsInUse(in)
	var foreign []string
	for _, m := range methods {
		if !slices.Contains(supported, m) {
			foreign = append(foreign, m)
		}
	}
	change := in.Requirements.AuthenticationChange
	offers := strings.Join(workload.AuthenticationNames(supported), ", ")
	switch {
	case len(methods) == 0 && isTrue(change):
		r.judge(name, title, source, verdict.Pass, "", "clients can move to %s", offers)
	case len(methods) == 0:
		r.judge(name, title, source, verdict.Unknown, "authentication",
			"client authentication unknown (supported: %s): declare authentication", offers)
	case len(foreign) == 0:
		r.judge(name, title, source, verdict.Pass, "", "clients use %s, which is supported",
			joined(workload.AuthenticationNames(methods)))
	case isTrue(change):
		r.judge(name, title, source, verdict.Pass, "", "clients move from %s to %s; the owner allows it",
			joined(workload.AuthenticationNames(foreign)), offers)
	case declared || isFalse(change):
		r.judge(name, title, source, verdict.Fail, "", "clients need %s; supported: %s",
			joined(workload.AuthenticationNames(foreign)), offers)
	default:
		r.judge(name, title, source, verdict.Unknown, "authentication_change",
			"the listeners use %s; supported: %s: declare authentication_change: true if clients can move",
			joined(workload.AuthenticationNames(foreign)), offers)
	}
}

// zookeeperMode says what is known of direct access to ZooKeeper: needed, known not to be, or neither.
func zookeeperMode(in *Input) (needed, ruledOut bool) {
	access := in.Requirements.ZooKeeperAccess
	if access != nil {
		return *access, !*access
	}
	p := in.Workload.Posture
	return false, p != nil && p.Mode == "kraft"
}

// zookeeperRule is that of Serverless, which gives no access to ZooKeeper.
func zookeeperRule(r *evaluation, in *Input, source string) {
	const name, title = "zookeeper_access", "ZooKeeper access"
	needed, ruledOut := zookeeperMode(in)
	switch {
	case needed:
		r.judge(name, title, source, verdict.Fail, "", "tools need direct access to ZooKeeper; Serverless has none")
	case ruledOut && in.Requirements.ZooKeeperAccess == nil:
		r.judge(name, title, source, verdict.Pass, "", "the cluster runs without ZooKeeper today")
	case ruledOut:
		r.judge(name, title, source, verdict.Pass, "", "nothing talks to ZooKeeper directly")
	default:
		r.judge(name, title, source, verdict.Unknown, "zookeeper_access",
			"direct use of ZooKeeper unknown; Serverless has no access to it: declare zookeeper_access")
	}
}

// provisionedZooKeeper is the rule of a kind with broker sizes: some version of it must run with ZooKeeper.
func provisionedZooKeeper(r *evaluation, f *evalContext, versions []catalog.KafkaVersion, source string) {
	const title = "ZooKeeper access"
	const name = "zookeeper_access"
	if !f.zookeeper {
		r.judge(name, title, source, verdict.NotApplicable, "", "no access to ZooKeeper is required, so KRaft is used")
		return
	}
	v, ok := newest(versions, "zookeeper")
	if !ok {
		r.judge(name, title, source, verdict.Fail, "", "no version on offer runs with ZooKeeper")
		return
	}
	r.judge(name, title, source, verdict.Pass, "", "Kafka %s runs with ZooKeeper; at most %s brokers a cluster in that mode", v,
		count(f.brokers[r.kind].zookeeper.limit))
}

// misspelled hints at a region of the price list with a similar name.
func misspelled(in *Input, region string) string {
	if _, ok := in.Catalog.Regions[region]; ok {
		return ""
	}
	for _, code := range slices.Sorted(maps.Keys(in.Catalog.Regions)) {
		if len(code) == len(region) && differAtMost(code, region, 2) {
			return "; did you mean " + code + "?"
		}
	}
	return "; the price list of " + in.Catalog.PricesDate +
		" does not have it either: check the spelling, or refresh the catalog for a newer region"
}

// differAtMost compares two codes of one length letter by letter.
func differAtMost(a, b string, most int) bool {
	for i := range len(a) {
		if a[i] != b[i] {
			most--
		}
	}
	return most >= 0
}
