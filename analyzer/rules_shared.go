package analyzer

import (
	"maps"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/catalog"
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
// offer. declared tells the two apart; nil: not known.
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

// authenticationRule holds the methods in use against those that the kind of cluster supports.
func authenticationRule(r *ruling, in *Input, supported []string, source string) {
	const name, title = "authentication", "authentication"
	methods, declared := methodsInUse(in)
	var foreign []string
	for _, m := range methods {
		if !slices.Contains(supported, m) {
			foreign = append(foreign, m)
		}
	}
	change := in.Requirements.AuthenticationChange
	offers := strings.Join(supported, ", ")
	switch {
	case len(methods) == 0 && isTrue(change):
		r.judge(name, title, source, Pass, "", "clients may be moved to another method; supported: %s", offers)
	case len(methods) == 0:
		r.judge(name, title, source, Unknown, "authentication", "how clients authenticate is not known; supported: %s: declare authentication", offers)
	case len(foreign) == 0:
		r.judge(name, title, source, Pass, "", "clients use %s, which is supported", joined(methods))
	case isTrue(change):
		r.judge(name, title, source, Pass, "", "clients of %s move to %s, as the owner allows", joined(foreign), offers)
	case declared || isFalse(change):
		r.judge(name, title, source, Fail, "", "clients need %s; supported: %s", joined(foreign), offers)
	default:
		r.judge(name, title, source, Unknown, "authentication_change", "the listeners offer %s; supported: %s: declare authentication_change: true if clients can be moved", joined(foreign), offers)
	}
}

// zookeeperMode tells what is known of direct access to ZooKeeper: needed, known not to be, or neither.
func zookeeperMode(in *Input) (needed, ruledOut bool) {
	access := in.Requirements.ZooKeeperAccess
	if access != nil {
		return *access, !*access
	}
	p := in.Workload.Posture
	return false, p != nil && p.Mode == "kraft"
}

// zookeeperRule is Serverless's: it has no ZooKeeper to talk to.
func zookeeperRule(r *ruling, in *Input, source string) {
	const name, title = "zookeeper_access", "ZooKeeper access"
	needed, ruledOut := zookeeperMode(in)
	switch {
	case needed:
		r.judge(name, title, source, Fail, "", "tools talk to ZooKeeper directly; Serverless gives no access to it")
	case ruledOut && in.Requirements.ZooKeeperAccess == nil:
		r.judge(name, title, source, Pass, "", "the cluster runs without ZooKeeper today")
	case ruledOut:
		r.judge(name, title, source, Pass, "", "nothing talks to ZooKeeper directly")
	default:
		r.judge(name, title, source, Unknown, "zookeeper_access", "whether a tool talks to ZooKeeper directly is not known; Serverless gives no access to it: declare zookeeper_access")
	}
}

// provisionedZooKeeper is the rule of a kind with broker sizes: some version of it must run with ZooKeeper.
func provisionedZooKeeper(r *ruling, f *frame, versions []catalog.KafkaVersion, source string) {
	const title = "ZooKeeper access"
	const name = "zookeeper_access"
	if !f.zookeeper {
		r.judge(name, title, source, NotApplicable, "", "no access to ZooKeeper is asked for; KRaft is taken")
		return
	}
	v, ok := newest(versions, "zookeeper")
	if !ok {
		r.judge(name, title, source, Fail, "", "no version on offer runs with ZooKeeper")
		return
	}
	r.judge(name, title, source, Pass, "", "Kafka %s runs with ZooKeeper; at most %s brokers a cluster in that mode", v, count(f.brokers[r.kind].zookeeper.limit))
}

// misspelled hints at a region of the price file that is spelled alike.
func misspelled(in *Input, region string) string {
	if _, ok := in.Catalog.Regions[region]; ok {
		return ""
	}
	for _, code := range slices.Sorted(maps.Keys(in.Catalog.Regions)) {
		if len(code) == len(region) && differAtMost(code, region, 2) {
			return "; did you mean " + code + "?"
		}
	}
	return "; the price file of " + in.Catalog.PricesDate + " does not have it either: check the spelling, or refresh the catalog for a newer region"
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

// provisionedConfiguration holds the broker properties that the owner needs, or that are set today, against those that a
// custom configuration of the kind may set.
func provisionedConfiguration(r *ruling, in *Input, settable, fixed []string, source string) {
	const title = "broker configuration"
	const name = "broker_configuration"
	needed, set, known := brokerConfiguration(in)
	if !known {
		r.judge(name, title, source, Unknown, "broker_configuration", "whether broker properties must be set is not known: declare broker_configuration, empty if none")
		return
	}
	refused, renamed := notSettable(needed, settable)
	dropped, _ := notSettable(set, settable)
	switch {
	case len(refused) > 0 && intersect(refused, fixed):
		r.judge(name, title, source, Fail, "", "%s must be set, and cannot be: the brokers fix it", joined(refused))
	case len(refused) > 0:
		r.judge(name, title, source, Fail, "", "%s must be set, and cannot be", joined(refused))
	case len(dropped) > 0:
		r.judge(name, title, source, Unknown, "broker_configuration", "%s are set today and cannot be: declare broker_configuration, without them if they are not needed", joined(dropped))
	case len(renamed) > 0:
		r.judge(name, title, source, Pass, "", "%s can be set (%s)", joined(needed), joined(renamed))
	case len(needed)+len(set) == 0:
		r.judge(name, title, source, Pass, "", "no broker property needs to be set")
	default:
		r.judge(name, title, source, Pass, "", "%s can be set", joined(append(needed, set...)))
	}
}

// sameProperty maps properties to another one that says the same in another unit.
var sameProperty = map[string]string{
	"log.retention.hours": "log.retention.ms", "log.retention.minutes": "log.retention.ms", "log.roll.hours": "log.roll.ms",
}

// notSettable returns the names that cannot be set, and for those that can under another name how.
func notSettable(names, settable []string) (refused, renamed []string) {
	for _, name := range names {
		switch other := sameProperty[name]; {
		case slices.Contains(settable, name):
		case other != "" && slices.Contains(settable, other):
			renamed = append(renamed, name+" as "+other)
		default:
			refused = append(refused, name)
		}
	}
	return refused, renamed
}

func intersect(a, b []string) bool {
	return slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) })
}

// provisionedVersion holds the version that is needed against those on offer in the mode that applies.
func provisionedVersion(r *ruling, in *Input, versions []catalog.KafkaVersion) {
	const title, source = "Kafka version", "S-VER"
	const name = "kafka_version"
	mode := ""
	if needed, _ := zookeeperMode(in); needed {
		mode = "zookeeper"
	}
	offered, ok := newest(versions, mode)
	need, asked := versionOf(in.Requirements.KafkaVersion)
	best, _ := versionOf(offered)
	switch {
	case !asked && ok:
		r.judge(name, title, source, NotApplicable, "", "no version is asked for; the newest on offer is %s", offered)
	case !asked:
		r.judge(name, title, source, NotApplicable, "", "no version is asked for")
	case !ok || best.before(need):
		r.judge(name, title, source, Fail, "", "Kafka %s is needed; the newest on offer%s is %s", in.Requirements.KafkaVersion, inMode(mode), offered)
	default:
		r.judge(name, title, source, Pass, "", "Kafka %s is needed; up to %s is on offer%s", in.Requirements.KafkaVersion, offered, inMode(mode))
	}
}

func inMode(mode string) string {
	if mode == "" {
		return ""
	}
	return " with ZooKeeper"
}
