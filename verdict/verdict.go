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
	Schema  string          `json:"schema"`
	Cluster string          `json:"cluster"`
	Region  string          `json:"region"`
	At      time.Time       `json:"at"`
	Window  workload.Window `json:"window"`
	Status  Status          `json:"status"`
	// Partial is true when the observation was cut short or sources were missing.
	Partial bool `json:"partial,omitempty"`
	// Confidence says how much the amount and age of the data allow to rely on the sizing.
	Confidence Confidence `json:"confidence"`
	// Choice is nil when undecided.
	Choice   *Choice `json:"choice"`
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
	Premium   *Premium       `json:"premium,omitempty"`
	Profile   string         `json:"sizing_profile"`
	Workload  Figures        `json:"workload"`
	Options   []Option       `json:"options"`
	Steps     []Step         `json:"steps"`
	Questions []Question     `json:"questions"`
	Actions   []Action       `json:"actions"`
	Flips     []Flip         `json:"flips,omitempty"`
	Profiles  []ProfileView  `json:"profiles,omitempty"`
	Forecast  []Forecast     `json:"forecast"`
	Split     []SplitCluster `json:"split"`
	SplitNote string         `json:"split_note,omitempty"`
	BreakEven *BreakEven     `json:"break_even,omitempty"`
	// OneLess is what the next smaller cluster would save and risk; nil for Serverless and where there is no smaller one.
	OneLess *OneLess `json:"one_less,omitempty"`
	Current *Current `json:"current,omitempty"`
	// Delivery is what Express data delivery would cost in place of the groups that only copy to S3; nil where none is declared.
	Delivery *Delivery `json:"delivery,omitempty"`
	// Since is set in scheduled reports: what changed since the last one.
	Since *Since `json:"since,omitempty"`
	// Review compares an earlier prediction with what was observed since; nil for a cluster that was not migrated.
	Review *Review        `json:"review,omitempty"`
	Topics []TopicFigures `json:"topics"`
	Groups []GroupFigures `json:"groups"`
	// Comparisons are the cluster's figures that one source estimated and another measured.
	Comparisons []Comparison   `json:"comparisons,omitempty"`
	Gaps        []workload.Gap `json:"gaps"`
	Catalog     CatalogUsed    `json:"catalog"`
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
	Kind Kind `json:"kind"`
	// Size is the broker size; empty for Serverless.
	Size     string `json:"size,omitempty"`
	Brokers  int    `json:"brokers,omitempty"`
	Clusters int    `json:"clusters"`
	// TieredStorage is true for Standard with tiered storage; PrimaryRetention is then how long data stays on the brokers.
	TieredStorage    bool   `json:"tiered_storage,omitempty"`
	PrimaryRetention string `json:"primary_retention,omitempty"`
	// MonthlyUSD is the sum of the option's cost lines, cross-AZ transfer included where the profile does.
	MonthlyUSD float64 `json:"monthly_usd"`
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

// Figures are the quantities of the workload under the names that the JSON fixes; nil ones are absent.
type Figures struct {
	IngressBytesPerSec  *workload.Quantity `json:"ingress_bytes_per_second,omitempty"`
	EgressBytesPerSec   *workload.Quantity `json:"egress_bytes_per_second,omitempty"`
	MessagesPerSec      *workload.Quantity `json:"messages_per_second,omitempty"`
	AverageMessageBytes *workload.Figure   `json:"average_message_bytes,omitempty"`
	MaxMessageBytes     *workload.Figure   `json:"max_message_bytes,omitempty"`
	Topics              *workload.Figure   `json:"topics,omitempty"`
	Partitions          *workload.Figure   `json:"partitions,omitempty"`
	CompactedPartitions *workload.Figure   `json:"compacted_partitions,omitempty"`
	ConsumerGroups      *workload.Figure   `json:"consumer_groups,omitempty"`
	HottestIngress      *workload.Quantity `json:"hottest_partition_ingress_bytes_per_second,omitempty"`
	HottestEgress       *workload.Quantity `json:"hottest_partition_egress_bytes_per_second,omitempty"`
	StoredBytes         *workload.Figure   `json:"stored_bytes,omitempty"`
	ClientConnections   *workload.Quantity `json:"client_connections,omitempty"`
	ConnectionsPerSec   *workload.Quantity `json:"connection_attempts_per_second,omitempty"`
	RequestsPerSec      *workload.Quantity `json:"requests_per_second,omitempty"`
	// BatchesPerSec is how many record batches producers send: the number of accepted produce requests is not above it. Refused ones and
	// duplicate retries leave no batch.
	BatchesPerSec *workload.Quantity `json:"produce_batches_per_second,omitempty"`
	FanOut        *workload.Figure   `json:"fan_out,omitempty"`
}

// Option is one cluster that was considered.
type Option struct {
	Kind     Kind   `json:"kind"`
	Size     string `json:"size,omitempty"`
	Brokers  int    `json:"brokers,omitempty"`
	Clusters int    `json:"clusters"`
	// TieredStorage is true for Standard with tiered storage.
	TieredStorage bool     `json:"tiered_storage,omitempty"`
	Feasible      Feasible `json:"feasible"`
	// Binding is the id of the rule or constraint that decided feasibility or size.
	Binding string `json:"binding,omitempty"`
	// MonthlyUSD is nil where the region has no price for the option.
	MonthlyUSD *float64   `json:"monthly_usd"`
	Cost       []CostLine `json:"cost"`
	Rules      []Rule     `json:"rules"`
}

// Rule finds a rule of the option by its id; nil when it has none of that id.
func (o *Option) Rule(id string) *Rule {
	for i := range o.Rules {
		if o.Rules[i].ID == id {
			return &o.Rules[i]
		}
	}
	return nil
}

// CostLine is one line of a month of 730 hours.
type CostLine struct {
	Item       string  `json:"item"`
	Quantity   float64 `json:"quantity"`
	Unit       string  `json:"unit"`
	UnitPrice  float64 `json:"unit_price_usd"`
	MonthlyUSD float64 `json:"monthly_usd"`
	Note       string  `json:"note,omitempty"`
	// Source is the tag of the price, and PriceDate the day (2006-01-02) of the list that it was taken from.
	Source    string `json:"source,omitempty"`
	PriceDate string `json:"price_date,omitempty"`
	// Unverified: no document at hand confirms the price. Negotiated: it is of the owner's own contract with AWS.
	Unverified bool `json:"unverified,omitempty"`
	Negotiated bool `json:"negotiated,omitempty"`
}

// Rule is one limit compared with the workload.
type Rule struct {
	ID      string  `json:"id"`
	Title   string  `json:"title"`
	Outcome Outcome `json:"outcome"`
	// Observed and Limit are in Unit; nil when there is no number.
	Observed *float64 `json:"observed,omitempty"`
	Limit    *float64 `json:"limit,omitempty"`
	Unit     string   `json:"unit,omitempty"`
	// Recommended is the sustained figure that AWS recommends and Throttles the one at which AWS throttles, both in Unit and for
	// the whole option; nil where AWS states none. Limit is what the sizing plans for.
	Recommended *float64 `json:"recommended,omitempty"`
	Throttles   *float64 `json:"throttles,omitempty"`
	// Ceiling is what the brokers can carry at all as a multiple of Limit, where Limit is a plan and no rule of its own holds the
	// rest; 0 elsewhere. Alerts use it; it is not written as JSON.
	Ceiling float64 `json:"-"`
	// Utilization is observed ÷ limit, from 0, above 1 when the limit is exceeded; nil when either is missing.
	Utilization *float64 `json:"utilization,omitempty"`
	// Evidence is a sentence with numbers and units; for unknown it says what would settle it.
	Evidence string `json:"evidence"`
	// Source names where the limit comes from.
	Source string `json:"source"`
	// Needs names what is missing for an unknown rule: a quantity of the workload or a requirement's field. Empty otherwise.
	Needs string `json:"needs,omitempty"`
}

// UnknownLimit is one thing that could not be checked, with the one action that settles it.
type UnknownLimit struct {
	// Rules are the ids of the rules that need it.
	Rules []string `json:"rules"`
	// What names what is missing: "client connections", "whether clients can move to IAM".
	What string `json:"what"`
	// Action is what the owner can do to settle it.
	Action string `json:"action"`
	// Changes is "choice" when an answer could change the choice, "price" when it could change only the price, and "nothing"
	// when the limit cannot be near.
	Changes string `json:"changes"`
	// Effect says in words what would change: "then 3 × kafka.m7g.large at $580".
	Effect string `json:"effect,omitempty"`
}

// Assumption is one thing that the answer assumes.
type Assumption struct {
	// ID is stable: unlimited_retention, rack_aware_consumers, even_partitions, steady_load, no_growth, storage_replicas.
	ID string `json:"id"`
	// Text is the assumption as a sentence.
	Text string `json:"text"`
	// IfNot says what would differ if it did not hold.
	IfNot string `json:"if_not,omitempty"`
	// ExtraUSD is the difference in dollars a month if it did not hold; nil when that is not known.
	ExtraUSD *float64 `json:"extra_usd_per_month,omitempty"`
}

// NearMiss is an option that does not fit, and the smallest change that would make it fit.
type NearMiss struct {
	Choice
	// Changes are the fields of the workload or the requirements that would have to change.
	Changes []Change `json:"changes"`
	// Question asks the owner whether the change is possible: "is min.insync.replicas=2 enough?".
	Question string `json:"question,omitempty"`
	Sentence string `json:"sentence"`
}

// Change is one field with its value now and the value that would do.
type Change struct {
	Field string `json:"field"`
	From  string `json:"from,omitempty"`
	To    string `json:"to"`
	Rule  string `json:"rule,omitempty"`
}

// Headroom is the share of the limits on traffic that must stay free.
type Headroom struct {
	// Share is that of every limit that Limits does not name, 0–0.9.
	Share float64 `json:"share"`
	// Limits are shares of single limits, by quota id or "brokers".
	Limits map[string]float64 `json:"limits,omitempty"`
	// Declared is true when the owner declared it; else it is the default.
	Declared bool   `json:"declared"`
	Sentence string `json:"sentence"`
}

// Premium compares the choice with the cheapest option that fits.
type Premium struct {
	Against Choice `json:"against"`
	// Ratio is the choice's price ÷ that of Against, above 1; ExtraUSD is the difference in dollars a month.
	Ratio    float64 `json:"ratio"`
	ExtraUSD float64 `json:"extra_usd_per_month"`
	// MaxUSD is the largest difference between Serverless and Express that the owner accepts where no team runs Kafka
	// (requirements.max_premium, or what one engineer costs); Against may be another kind.
	MaxUSD   float64 `json:"max_usd_per_month"`
	Sentence string  `json:"sentence"`
}

// Step is one of the six steps of AWS's process for choosing a cluster type (the cluster and partition quotas are two
// findings of its third).
type Step struct {
	// ID is capability, configuration, cluster_quotas, partition_quotas, security, cost or zookeeper.
	ID       string `json:"id"`
	Finding  string `json:"finding"`
	PointsTo string `json:"points_to"`
}

// Question is a requirement that was not declared and may change the choice.
type Question struct {
	Field    string `json:"field"`
	Question string `json:"question"`
	Effect   string `json:"effect"`
}

// Action is something that the owner can do.
type Action struct {
	Target string `json:"target"`
	Action string `json:"action"`
	Why    string `json:"why"`
	// Mends is the id of the rule that passes once the action is taken.
	Mends string `json:"mends,omitempty"`
}

// Flip is the smallest change of one input that would change the choice.
type Flip struct {
	Field  string `json:"field"`
	Change string `json:"change"`
	To     Choice `json:"to"`
}

// ProfileView is what another sizing profile would have chosen, and the assumption that makes the difference.
type ProfileView struct {
	Profile    string  `json:"profile"`
	Choice     *Choice `json:"choice"`
	Difference string  `json:"difference"`
}

// Forecast is when a limit will be passed. Dates are nil when the trend does not reach the limit.
type Forecast struct {
	Rule     string     `json:"rule"`
	Earliest *time.Time `json:"earliest,omitempty"`
	Expected *time.Time `json:"expected,omitempty"`
	Latest   *time.Time `json:"latest,omitempty"`
	// Note says why there are no dates, or what the forecast is based on.
	Note string `json:"note,omitempty"`
}

// SplitCluster is one cluster of a workload spread over several Serverless clusters.
type SplitCluster struct {
	Topics             []string `json:"topics"`
	Groups             []string `json:"groups"`
	IngressBytesPerSec float64  `json:"ingress_bytes_per_second"`
	EgressBytesPerSec  float64  `json:"egress_bytes_per_second,omitempty"`
	Partitions         int      `json:"partitions,omitempty"`
}

// BreakEven is how many hours of an engineer a month would make the choice and the cheapest alternative cost the same.
type BreakEven struct {
	Against      Choice   `json:"against"`
	ExtraUSD     float64  `json:"extra_usd_per_month"`
	HoursAtRate  *float64 `json:"engineer_hours_per_month,omitempty"`
	EngineerRate *float64 `json:"engineer_hour_usd,omitempty"`
	Sentence     string   `json:"sentence"`
}

// OneLess is the price of headroom: the next smaller cluster of the chosen kind, which the profile does not plan with.
type OneLess struct {
	Choice
	SavesUSD float64 `json:"saves_usd_per_month"`
	// Utilization is what the busiest of ingress, egress, partitions and storage would use of what that cluster is planned to
	// carry; it can exceed 1.
	Utilization float64 `json:"utilization"`
	Sentence    string  `json:"sentence"`
}

// Current is the MSK cluster that carries the workload today, and what the choice saves against it.
type Current struct {
	Choice
	SavesUSD float64 `json:"saves_usd_per_month"`
	Sentence string  `json:"sentence"`
}

// Delivery is an Express cluster whose data delivery copies topics to S3 in place of consumer groups. Its MonthlyUSD includes the
// delivery. It is shown but never chosen: the price is not verified.
type Delivery struct {
	Choice
	// Groups are the consumer groups that it replaces.
	Groups []string `json:"groups"`
	// TB is what it delivers in a month, in units of 10^12 bytes, and DeliveryUSD what that costs.
	TB          float64 `json:"tb_per_month"`
	DeliveryUSD float64 `json:"delivery_usd_per_month"`
	// ReadsUSD is what the choice costs more for what those groups read.
	ReadsUSD float64 `json:"reads_usd_per_month"`
	// SavesUSD is how much less than the choice all of it costs; below 0: more.
	SavesUSD   float64 `json:"saves_usd_per_month"`
	Source     string  `json:"source"`
	PriceDate  string  `json:"price_date,omitempty"`
	Unverified bool    `json:"unverified,omitempty"`
	Sentence   string  `json:"sentence"`
}

// TopicFigures are one topic's figures.
type TopicFigures struct {
	Name                string             `json:"name"`
	Partitions          int                `json:"partitions"`
	MessagesPerSec      *workload.Quantity `json:"messages_per_second,omitempty"`
	IngressBytesPerSec  *workload.Quantity `json:"ingress_bytes_per_second,omitempty"`
	EgressBytesPerSec   *workload.Quantity `json:"egress_bytes_per_second,omitempty"`
	AverageMessageBytes *workload.Figure   `json:"average_message_bytes,omitempty"`
	StoredBytes         *workload.Figure   `json:"stored_bytes,omitempty"`
	HottestIngress      *workload.Quantity `json:"hottest_partition_ingress_bytes_per_second,omitempty"`
	// BatchesPerSec is how many record batches producers send, and Compression lists the codecs of those that were seen.
	BatchesPerSec *workload.Quantity `json:"produce_batches_per_second,omitempty"`
	Compression   []string           `json:"compression,omitempty"`
	Compacted     *bool              `json:"compacted,omitempty"`
	Internal      bool               `json:"internal,omitempty"`
	Groups        []string           `json:"groups"`
}

// GroupFigures are one consumer group's figures.
type GroupFigures struct {
	Name              string             `json:"name"`
	Type              string             `json:"type,omitempty"`
	Members           *int               `json:"members,omitempty"`
	Topics            []string           `json:"topics"`
	EgressBytesPerSec *workload.Quantity `json:"egress_bytes_per_second,omitempty"`
	LagMessages       *workload.Figure   `json:"lag_messages,omitempty"`
}

// CatalogUsed says which quotas and prices the verdict uses.
type CatalogUsed struct {
	Quotas string `json:"quotas"`
	// Prices is the date of the oldest price in the cost lines of the options (YYYY-MM-DD).
	Prices string `json:"prices"`
	Region string `json:"region"`
	// Overlay is the file of prices and quotas that replaced those compiled in; empty: none. OverlayNotUsed says what of it is not
	// used, and why.
	Overlay        string   `json:"overlay,omitempty"`
	OverlayNotUsed []string `json:"overlay_not_used,omitempty"`
}
