package verdict

import (
	"fmt"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// Schema names the form of the verdict's JSON. Additions keep it; a change of meaning takes a new number.
const Schema = "mskfit/verdict/v1"

// Kind is a kind of MSK cluster that a workload can be given.
type Kind string

// The kinds, in the order in which AWS lists them.
const (
	Serverless      Kind = "serverless"
	ServerlessSplit Kind = "serverless_split"
	Standard        Kind = "standard"
	Express         Kind = "express"
)

// Outcome is what a rule says of one option.
type Outcome string

// A rule passes when the whole of the observed bounds is within the limit and fails when the whole is beyond it; in
// between, or without a figure, it is unknown.
const (
	Pass          Outcome = "pass"
	Fail          Outcome = "fail"
	Unknown       Outcome = "unknown"
	NotApplicable Outcome = "not_applicable"
)

// Feasible says whether an option can carry the workload: no when any rule fails, unknown when any is unknown.
type Feasible string

// The three answers.
const (
	Yes   Feasible = "yes"
	No    Feasible = "no"
	Maybe Feasible = "unknown"
)

// Status says whether the verdict names a choice.
type Status string

// Undecided verdicts say in Reasons what is missing and when it will be there.
const (
	Decided   Status = "decided"
	Undecided Status = "undecided"
)

// Verdict is the answer for one cluster: same input, same bytes.
type Verdict struct {
	// Schema is always [Schema].
	Schema string `json:"schema"`
	// Cluster is the name in the configuration or the workload file.
	Cluster string `json:"cluster"`
	// Region is the AWS region of the target cluster; empty: not declared, and Catalog.Region says whose prices are used.
	Region string `json:"region"`
	// At is when the verdict was made, in UTC.
	At time.Time `json:"at"`
	// Window is the span that the workload's statistics are over.
	Window workload.Window `json:"window"`
	// Status is Undecided while data or requirements are missing; Choice is then nil.
	Status Status `json:"status"`
	// Partial is true when the observation was cut short or sources were missing.
	Partial bool `json:"partial,omitempty"`
	// Confidence says how much the amount and age of the data allow to rely on the sizing.
	Confidence Confidence `json:"confidence"`
	// Choice is nil when undecided.
	Choice *Choice `json:"choice"`
	// RunnerUp is what the policy would choose without Choice; nil: nothing else fits.
	RunnerUp *Choice `json:"runner_up,omitempty"`
	// Reasons are sentences with numbers, the decisive one first.
	Reasons []string `json:"reasons"`
	// Conditions are what the choice depends on and is not confirmed: rules of the chosen option that are unknown.
	Conditions []string `json:"conditions,omitempty"`
	// Unknowns are the limits of the chosen option that could not be checked, each once, those that could change the choice first.
	Unknowns []UnknownLimit `json:"unknowns,omitempty"`
	// Assumptions are what the price and the sizing assume, each with its cost if it does not hold.
	Assumptions []Assumption `json:"assumptions,omitempty"`
	// NearMisses are, for each kind that does not fit, the smallest change that would make it fit, and its price then.
	NearMisses []NearMiss `json:"near_misses,omitempty"`
	// Headroom is the share of the limits that was kept free; nil where nothing could be decided.
	Headroom *Headroom `json:"headroom,omitempty"`
	// Premium is what the choice costs above the cheapest option that fits; nil where the choice is the cheapest.
	Premium *Premium `json:"premium,omitempty"`
	// Profile names the sizing profile of the catalog.
	Profile string `json:"sizing_profile"`
	// Workload is what the options are compared with.
	Workload Figures `json:"workload"`
	// Options are all that were considered, feasible or not; empty where nothing could be evaluated.
	Options []Option `json:"options"`
	// Steps are the findings of AWS's process for choosing a cluster type, in its order.
	Steps []Step `json:"steps"`
	// Questions are the undeclared requirements whose answers could change the choice.
	Questions []Question `json:"questions"`
	// Actions are what the owner can do to make an option fit or cheaper; empty: nothing to do.
	Actions []Action `json:"actions"`
	// TippingPoints are the nearest changes of single inputs that would change the choice; empty: none within reach.
	TippingPoints []TippingPoint `json:"flips,omitempty"`
	// Profiles are what the other sizing profiles of the catalog would choose, by name.
	Profiles []ProfileView `json:"profiles,omitempty"`
	// Forecast has an entry for each limit whose quantity has daily peaks; empty for a declared workload.
	Forecast []Forecast `json:"forecast"`
	// Split is the plan over several Serverless clusters; empty where there is none.
	Split []SplitCluster `json:"split"`
	// SplitNote says what the split plan rests on, or what prevents one; empty: no split was tried.
	SplitNote string `json:"split_note,omitempty"`
	// BreakEven is nil where the choice is the cheapest option that fits.
	BreakEven *BreakEven `json:"break_even,omitempty"`
	// NextSmaller is what the next smaller cluster would save and risk; nil for Serverless and where there is no smaller one.
	NextSmaller *NextSmaller `json:"one_less,omitempty"`
	// Current is nil where the workload does not run on MSK today, or its cluster has no price.
	Current *Current `json:"current,omitempty"`
	// Delivery is what Express data delivery would cost in place of the groups that only copy to S3; nil where none is declared.
	Delivery *Delivery `json:"delivery,omitempty"`
	// Diff is set in scheduled reports: what changed since the last one.
	Diff *Diff `json:"since,omitempty"`
	// Review compares an earlier prediction with what was observed since; nil for a cluster that was not migrated.
	Review *Review `json:"review,omitempty"`
	// Topics are in the order of the workload, by name when observed; empty where the source gives no figures by topic.
	Topics []TopicFigures `json:"topics"`
	// Groups are in the order of the workload, by name when observed; empty where the source gives no figures by consumer
	// group.
	Groups []GroupFigures `json:"groups"`
	// Comparisons are the cluster's figures that one source estimated and another measured.
	Comparisons []Comparison `json:"comparisons,omitempty"`
	// Gaps are what could not be read, each with its effect; empty: nothing is missing.
	Gaps []workload.Gap `json:"gaps"`
	// Catalog dates the quotas and prices that the verdict uses.
	Catalog CatalogUsed `json:"catalog"`
}

// Confidence is how far the data can be relied on.
type Confidence struct {
	// Level is "low", "medium" or "high"; "declared" for a described workload.
	Level string `json:"level"`
	// Why explains the level in words: "60 s of data; a p99 needs a day".
	Why string `json:"why"`
	// Coverage is the fraction of the window's minutes with data, 0–1.
	Coverage float64 `json:"coverage"`
}

// Choice is one sized option.
type Choice struct {
	// Kind is one of the four kinds of MSK cluster.
	Kind Kind `json:"kind"`
	// Size is the broker size; empty for Serverless.
	Size string `json:"size,omitempty"`
	// Brokers is the number in the whole cluster, over all zones; 0 for Serverless.
	Brokers int `json:"brokers,omitempty"`
	// Clusters is 1 for every kind but ServerlessSplit.
	Clusters int `json:"clusters"`
	// TieredStorage is true for Standard with tiered storage; PrimaryRetention is then how long data stays on the brokers.
	TieredStorage bool `json:"tiered_storage,omitempty"`
	// PrimaryRetention is written like "24h"; empty without tiered storage.
	PrimaryRetention string `json:"primary_retention,omitempty"`
	// MonthlyUSD is the sum of the option's cost lines, cross-AZ transfer included where the profile does.
	MonthlyUSD float64 `json:"monthly_usd"`
}

// Same reports whether both are the same cluster, whatever it costs and however long tiered data stays on the brokers.
func (c Choice) Same(o Choice) bool {
	return c.Kind == o.Kind && c.Size == o.Size && c.Brokers == o.Brokers && c.Clusters == o.Clusters &&
		c.TieredStorage == o.TieredStorage
}

// Name says the choice in a few words: "MSK Serverless", "3 × MSK Serverless", "6 × express.m7g.large", "3 × kafka.m7g.large with
// tiered storage".
func (c Choice) Name() string {
	switch c.Kind {
	case Serverless:
		return "MSK Serverless"
	case ServerlessSplit:
		return fmt.Sprintf("%d × MSK Serverless", c.Clusters)
	}
	name := fmt.Sprintf("%d × %s", c.Brokers, c.Size)
	if c.TieredStorage {
		name += " with tiered storage"
	}
	return name
}

// Headroom is the share of the limits on traffic that must stay free.
type Headroom struct {
	// Share is that of every limit that Limits does not name, 0–0.9.
	Share float64 `json:"share"`
	// Limits are shares of single limits, by quota id or "brokers".
	Limits map[string]float64 `json:"limits,omitempty"`
	// Declared is true when the owner declared it; else it is the default.
	Declared bool `json:"declared"`
	// Sentence states the share and whether it was declared.
	Sentence string `json:"sentence"`
}

// SplitCluster is one cluster of a workload spread over several Serverless clusters.
type SplitCluster struct {
	// Topics are sorted by name; empty for a cluster of consumer groups without topics.
	Topics []string `json:"topics"`
	// Groups are the consumer groups that read these topics, sorted by name.
	Groups []string `json:"groups"`
	// IngressBytesPerSec is the sized load: growth and the sale-event factor are included.
	IngressBytesPerSec float64 `json:"ingress_bytes_per_second"`
	// EgressBytesPerSec is the sized load, like IngressBytesPerSec; 0: none or unknown.
	EgressBytesPerSec float64 `json:"egress_bytes_per_second,omitempty"`
	// Partitions counts leader partitions, compacted ones included.
	Partitions int `json:"partitions,omitempty"`
}

// CatalogUsed says which quotas and prices the verdict uses.
type CatalogUsed struct {
	// Quotas dates the quotas.
	Quotas string `json:"quotas"`
	// Prices is the date of the oldest price in the cost lines of the options (YYYY-MM-DD).
	Prices string `json:"prices"`
	// Region is the one that the prices are for.
	Region string `json:"region"`
	// Overlay is the file of prices and quotas that replaced those compiled in; empty: none. OverlayNotUsed says what of it is not
	// used, and why.
	Overlay string `json:"overlay,omitempty"`
	// OverlayNotUsed lists what the overlay contains but is not applied, with the reason; empty: all is applied.
	OverlayNotUsed []string `json:"overlay_not_used,omitempty"`
}
