package analyzer

import (
	"maps"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/verdict"
)

// purpose is what a decision is made for. It says how much of each option is kept.
type purpose struct {
	// words: rules and cost lines are put into sentences and kept.
	words bool
	// record: outcomes of rules are kept by name.
	record bool
	// prune leaves out sizes that cannot be the choice: too many brokers, or more expensive than one of the same kind that may
	// be taken.
	prune bool
}

var (
	forVerdict    = purpose{words: true}  // what people read
	forComparison = purpose{}             // prices and outcomes of all options
	forOutcomes   = purpose{record: true} // also which rules an action changes
	forChoice     = purpose{prune: true}  // only the choice
)

// evaluation starts the rules of an option.
func (p purpose) evaluation(kind verdict.Kind) evaluation {
	return evaluation{kind: kind, words: p.words, record: p.record}
}

// evalContext is what does not depend on the load: how clients connect, what they configure, where, at what prices. The
// search for tipping points evaluates many loads in one context.
type evalContext struct {
	in *Input
	purpose
	noSplit bool // splits are not planned
	profile catalog.Profile
	prices  prices
	// methods are the authentication methods in use, sorted; iam says whether IAM may be among them.
	methods []string
	iam     bool
	// zookeeper: direct access is needed; noZooKeeper: it is known not to be.
	zookeeper, noZooKeeper bool
	brokers                map[verdict.Kind]brokerQuotas
	quotas                 []heldQuota // of Serverless
	// posture holds the rules that do not depend on the load, overrides what topics configure themselves.
	posture        map[verdict.Kind]evaluation
	overrides      []topicOverride
	overridesKnown bool
	// trimmed are the topics that the default retention.bytes of Serverless would trim, biggest their largest average partition.
	trimmed []string
	biggest fig
	// sizers count brokers; t3 has a connection rate of its own.
	standardSizer, t3Sizer, expressSizer sizer
}

// evalContextOf builds the context.
// base is the context of another input to the same verdict; what is the same is taken from it. nil: none.
func evalContextOf(in *Input, base *evalContext, p purpose) *evalContext {
	f := &evalContext{in: in, purpose: p, profile: in.Catalog.Profiles[in.Options.Profile]}
	if base != nil && base.in.Options.Profile == in.Options.Profile {
		f.prices = base.prices
	} else {
		f.prices = pricesOf(in, &f.profile)
	}
	f.methods, _ = methodsInUse(in)
	f.iam = len(f.methods) == 0 || contains(f.methods, "iam")
	f.zookeeper, f.noZooKeeper = zookeeperMode(in)
	if base != nil && maps.Equal(base.in.Requirements.RaisedQuotas, in.Requirements.RaisedQuotas) {
		f.brokers, f.quotas = base.brokers, base.quotas
	} else {
		f.brokers = map[verdict.Kind]brokerQuotas{verdict.Standard: brokerQuotasOf(in, verdict.Standard),
			verdict.Express: brokerQuotasOf(in, verdict.Express)}
		f.quotas = heldQuotas(in)
	}
	if base != nil && sameList(base.in.Workload.TopicList, in.Workload.TopicList) {
		f.overrides, f.overridesKnown = base.overrides, base.overridesKnown
		f.trimmed, f.biggest = base.trimmed, base.biggest
	} else {
		f.overrides, f.overridesKnown = overrides(in.Workload.TopicList)
		f.trimmed, f.biggest = trimmed(in.Workload.TopicList, in.Catalog.Serverless.DefaultRetentionBytes)
	}
	f.posture = map[verdict.Kind]evaluation{}
	for _, of := range []struct {
		kind verdict.Kind
		add  func(*evaluation)
	}{
		{verdict.Serverless, func(r *evaluation) { serverlessPosture(r, f) }},
		{verdict.Standard, func(r *evaluation) { standardPosture(r, f) }},
		{verdict.Express, func(r *evaluation) { expressPosture(r, f) }},
	} {
		r := p.evaluation(of.kind)
		of.add(&r)
		f.posture[of.kind] = r
	}
	f.standardSizer = f.sizer(in.Catalog.Standard.Quotas, "iam_connection_rate_m5_m7g")
	f.t3Sizer = f.sizer(in.Catalog.Standard.Quotas, "iam_connection_rate_t3")
	f.expressSizer = f.sizer(in.Catalog.Express.Quotas, "iam_connection_rate")
	f.expressSizer.multiple = max(f.profile.BrokerMultiple, 1) // always in three zones
	return f
}

// sameList reports whether two slices are one and the same; remedies replace a list that they change.
func sameList[T any](a, b []T) bool {
	return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0])
}

// sizer starts a sizer with the connection limits of a kind, where clients may use IAM.
func (f *evalContext) sizer(quotas []catalog.Quota, rateID string) sizer {
	z := sizer{profile: &f.profile, headroom: f.in.freeOfBrokers(), multiple: max(f.profile.BrokerMultiple, 1)}
	if f.in.Requirements.Zones == 2 && z.multiple == 3 {
		z.multiple = 2 // one broker a zone
	}
	if !f.iam {
		return z
	}
	for _, q := range quotas {
		limit, _, ok := limitOf(q, f.in.Requirements.RaisedQuotas)
		switch {
		case !ok:
		case q.ID == "iam_tcp_connections_per_broker":
			z.connections = limit
		case q.ID == rateID:
			z.connectionRate = limit
		}
	}
	return z
}
