package catalog

// Quota is one limit that AWS states.
type Quota struct {
	// ID is unique within a kind of cluster: "ingress_per_cluster".
	ID string `yaml:"id"`
	// Title names the quota for people: "ingress per cluster".
	Title string `yaml:"title"`
	// Limit is in Unit; nil where AWS states none (unlimited, or not published).
	Limit *float64 `yaml:"limit"`
	// Unlimited is true where AWS says that there is no limit; Limit is nil then.
	Unlimited bool `yaml:"unlimited"`
	// LowerBound is true where Limit is the least allowed, not the most.
	LowerBound bool `yaml:"lower_bound"`
	// Unit is one of the units that the loader knows: MBps, MiBps, GBps, GB, GiB, MiB, MB, bytes, hours, partitions,
	// partitions_per_5_minutes, connections, per_second, groups, VPCs, clusters, brokers, users, configurations,
	// revisions, replicators, topics.
	Unit string `yaml:"unit"`
	// Scope is what the limit holds for when that is not one cluster: partition, account, replicator.
	Scope string `yaml:"scope"`
	// OnViolation is what the service does beyond the limit.
	OnViolation string `yaml:"on_violation"`
	// Adjustable says how the limit can be raised: "support case", "Service Quotas", or "operator" by a configuration that
	// Note names; empty: no adjustment is named.
	Adjustable string `yaml:"adjustable"`
	// Code is the quota's code in Service Quotas; empty: it has none there.
	Code string `yaml:"code"`
	// ObservedBy says which source can see how much of the limit is used, for people; empty: not said.
	ObservedBy string `yaml:"observed_by"`
	// Note is for people; empty: nothing to add.
	Note string `yaml:"note"`
	// Unverified: no document at hand confirms the limit.
	Unverified bool `yaml:"unverified"`
	// Source holds tags of Catalog.Sources, joined with a comma.
	Source string `yaml:"source"`
	// Base is Limit in base units, filled on load: bytes, bytes per second, seconds for hours, and the count itself for
	// all others (partitions_per_5_minutes stay per 5 minutes). Nil where Limit is.
	Base *float64 `yaml:"-"`
}

func find(quotas []Quota, id string) (Quota, bool) {
	for _, q := range quotas {
		if q.ID == id {
			return q, true
		}
	}
	return Quota{}, false
}
