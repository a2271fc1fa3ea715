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
	// Flips are the nearest changes of single inputs that would change the choice; empty: none within reach.
	Flips []Flip `json:"flips,omitempty"`
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
	// OneLess is what the next smaller cluster would save and risk; nil for Serverless and where there is no smaller one.
	OneLess *OneLess `json:"one_less,omitempty"`
	// Current is nil where the workload does not run on MSK today, or its cluster has no price.
	Current *Current `json:"current,omitempty"`
	// Delivery is what Express data delivery would cost in place of the groups that only copy to S3; nil where none is declared.
	Delivery *Delivery `json:"delivery,omitempty"`
	// Since is set in scheduled reports: what changed since the last one.
	Since *Since `json:"since,omitempty"`
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
	// IngressBytesPerSec is bytes/s from producers, as compressed on the wire, without replication.
	IngressBytesPerSec *workload.Quantity `json:"ingress_bytes_per_second,omitempty"`
	// EgressBytesPerSec is bytes/s to consumers, without replication; a floor where groups are seen by their commits.
	EgressBytesPerSec *workload.Quantity `json:"egress_bytes_per_second,omitempty"`
	// MessagesPerSec is records/s from producers.
	MessagesPerSec *workload.Quantity `json:"messages_per_second,omitempty"`
	// AverageMessageBytes is bytes ÷ records on the wire, compressed.
	AverageMessageBytes *workload.Figure `json:"average_message_bytes,omitempty"`
	// MaxMessageBytes is the largest message in use: between the largest batch seen and max.message.bytes.
	MaxMessageBytes *workload.Figure `json:"max_message_bytes,omitempty"`
	// Topics counts user topics.
	Topics *workload.Figure `json:"topics,omitempty"`
	// Partitions counts leader partitions of user topics.
	Partitions *workload.Figure `json:"partitions,omitempty"`
	// CompactedPartitions counts the leader partitions of user topics that are compacted.
	CompactedPartitions *workload.Figure `json:"compacted_partitions,omitempty"`
	// ConsumerGroups counts the groups that the cluster knows, idle ones included.
	ConsumerGroups *workload.Figure `json:"consumer_groups,omitempty"`
	// HottestIngress is bytes/s into the busiest partition of each window, whichever that was.
	HottestIngress *workload.Quantity `json:"hottest_partition_ingress_bytes_per_second,omitempty"`
	// HottestEgress is bytes/s out of the busiest partition of each window, whichever that was.
	HottestEgress *workload.Quantity `json:"hottest_partition_egress_bytes_per_second,omitempty"`
	// StoredBytes is one copy: replicas are not counted.
	StoredBytes *workload.Figure `json:"stored_bytes,omitempty"`
	// ClientConnections is how many are open at once.
	ClientConnections *workload.Quantity `json:"client_connections,omitempty"`
	// ConnectionsPerSec is new connections per second.
	ConnectionsPerSec *workload.Quantity `json:"connection_attempts_per_second,omitempty"`
	// RequestsPerSec is requests per second from clients.
	RequestsPerSec *workload.Quantity `json:"requests_per_second,omitempty"`
	// BatchesPerSec is how many record batches producers send: the number of accepted produce requests is not above it. Refused
	// ones and duplicate retries leave no batch.
	BatchesPerSec *workload.Quantity `json:"produce_batches_per_second,omitempty"`
	// FanOut is egress ÷ ingress, of the means.
	FanOut *workload.Figure `json:"fan_out,omitempty"`
}

// Option is one cluster that was considered.
type Option struct {
	// Kind is one of the four kinds of MSK cluster.
	Kind Kind `json:"kind"`
	// Size is the broker size ("express.m7g.large"); empty for Serverless.
	Size string `json:"size,omitempty"`
	// Brokers is the number that the sizing needs, over all zones; 0 for Serverless.
	Brokers int `json:"brokers,omitempty"`
	// Clusters is 1 for every kind but ServerlessSplit.
	Clusters int `json:"clusters"`
	// TieredStorage is true for Standard with tiered storage.
	TieredStorage bool `json:"tiered_storage,omitempty"`
	// Feasible sums up Rules: "no" when one fails, "unknown" when one is unknown.
	Feasible Feasible `json:"feasible"`
	// Binding is the id of the rule or constraint that decided feasibility or size.
	Binding string `json:"binding,omitempty"`
	// MonthlyUSD is nil where the region has no price for the option.
	MonthlyUSD *float64 `json:"monthly_usd"`
	// Cost adds up to MonthlyUSD where that is known; lines without a price are missing from it.
	Cost []CostLine `json:"cost"`
	// Rules are every limit and constraint that applies to the kind.
	Rules []Rule `json:"rules"`
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
	// Item is what is paid for: "brokers", "storage", "data in".
	Item string `json:"item"`
	// Quantity is the amount in a month, in Unit.
	Quantity float64 `json:"quantity"`
	// Unit is what UnitPrice is for: "broker-hours", "GiB-months", "GB".
	Unit string `json:"unit"`
	// UnitPrice is US dollars per Unit.
	UnitPrice float64 `json:"unit_price_usd"`
	// MonthlyUSD is rounded to cents so that the lines of an option add up to its total.
	MonthlyUSD float64 `json:"monthly_usd"`
	// Note says what the quantity assumes; empty where nothing has to be said.
	Note string `json:"note,omitempty"`
	// Source is the tag of the price, and PriceDate the day (2006-01-02) of the list that it was taken from.
	Source string `json:"source,omitempty"`
	// PriceDate is empty where the price list has no date.
	PriceDate string `json:"price_date,omitempty"`
	// Unverified: no document at hand confirms the price. Negotiated: it is of the owner's own contract with AWS.
	Unverified bool `json:"unverified,omitempty"`
	// Negotiated: the price is from the owner's own contract with AWS.
	Negotiated bool `json:"negotiated,omitempty"`
}

// Rule is one limit compared with the workload.
type Rule struct {
	// ID is the kind and the limit, and stable: "serverless.ingress_per_cluster".
	ID string `json:"id"`
	// Title names the limit for people.
	Title string `json:"title"`
	// Outcome compares the bounds of the observed figure with the limit.
	Outcome Outcome `json:"outcome"`
	// Observed and Limit are in Unit; nil when there is no number.
	Observed *float64 `json:"observed,omitempty"`
	// Limit is what the sizing plans for, in Unit; nil when the rule has no number.
	Limit *float64 `json:"limit,omitempty"`
	// Unit is that of Observed and Limit ("MBps", "partitions"); [Amount] writes it. Empty: a plain number.
	Unit string `json:"unit,omitempty"`
	// Recommended is the sustained figure that AWS recommends and Throttles the one at which AWS throttles, both in Unit and for
	// the whole option; nil where AWS states none. Limit is what the sizing plans for.
	Recommended *float64 `json:"recommended,omitempty"`
	// Throttles is where AWS throttles, in Unit, for the whole option; nil where AWS states none.
	Throttles *float64 `json:"throttles,omitempty"`
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
	// Sentence states option, price and changes.
	Sentence string `json:"sentence"`
}

// Change is one field with its value now and the value that would do.
type Change struct {
	// Field is a key of the workload file or the requirements; a target ("topic orders") where no key fits.
	Field string `json:"field"`
	// From is the value now; empty where it is unknown or the change is an action.
	From string `json:"from,omitempty"`
	// To is the value, or the action, that would do.
	To string `json:"to"`
	// Rule is the id of the rule that passes then.
	Rule string `json:"rule,omitempty"`
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

// Premium compares the choice with the cheapest option that fits.
type Premium struct {
	// Against is the cheapest option that fits.
	Against Choice `json:"against"`
	// Ratio is the choice's price ÷ that of Against, above 1; ExtraUSD is the difference in dollars a month.
	Ratio float64 `json:"ratio"`
	// ExtraUSD is what the choice costs more, in US dollars a month.
	ExtraUSD float64 `json:"extra_usd_per_month"`
	// MaxUSD is the largest difference between Serverless and Express that the owner accepts where no team runs Kafka
	// (requirements.max_premium, or what one engineer costs); Against may be another kind.
	MaxUSD float64 `json:"max_usd_per_month"`
	// Sentence states both options, the difference and the limit.
	Sentence string `json:"sentence"`
}

// Step is one of the six steps of AWS's process for choosing a cluster type (the cluster and partition quotas are two
// findings of its third).
type Step struct {
	// ID is capability, configuration, cluster_quotas, partition_quotas, security, cost or zookeeper.
	ID string `json:"id"`
	// Finding is what was found, with numbers; empty when no rule of the step applies.
	Finding string `json:"finding"`
	// PointsTo is serverless, provisioned, any, unknown or, for cost, the cheapest kind.
	PointsTo string `json:"points_to"`
}

// Question is a requirement that was not declared and may change the choice.
type Question struct {
	// Field is the key of the requirements file that answers it.
	Field string `json:"field"`
	// Question is asked as a sentence that ends with a question mark.
	Question string `json:"question"`
	// Effect says what each answer would lead to.
	Effect string `json:"effect"`
}

// Action is something that the owner can do.
type Action struct {
	// Target is what to change: "topic orders", "producers", "quota ingress_per_cluster".
	Target string `json:"target"`
	// Action is what to do, as an instruction.
	Action string `json:"action"`
	// Why is the reason, with its numbers.
	Why string `json:"why"`
	// Mends is the id of the rule that passes once the action is taken.
	Mends string `json:"mends,omitempty"`
}

// Flip is the smallest change of one input that would change the choice.
type Flip struct {
	// Field is the input: "ingress", "groups", "retention" or "partitions".
	Field string `json:"field"`
	// Change says how far the input has to move.
	Change string `json:"change"`
	// To is what would be chosen then, at its price for the changed workload.
	To Choice `json:"to"`
}

// ProfileView is what another sizing profile would have chosen, and the assumption that makes the difference.
type ProfileView struct {
	// Profile is a name of the catalog, never that of the verdict itself.
	Profile string `json:"profile"`
	// Choice is nil where that profile finds no option that fits.
	Choice *Choice `json:"choice"`
	// Difference compares the number of brokers and names the assumption behind it.
	Difference string `json:"difference"`
}

// Forecast is when a limit will be passed. Dates are nil when the trend does not reach the limit.
type Forecast struct {
	// Rule is the id of the rule whose limit will be passed.
	Rule string `json:"rule"`
	// Earliest follows the steepest credible trend; nil: not within reach.
	Earliest *time.Time `json:"earliest,omitempty"`
	// Expected follows the fitted trend; nil: not within reach.
	Expected *time.Time `json:"expected,omitempty"`
	// Latest follows the flattest credible trend; nil: not within reach.
	Latest *time.Time `json:"latest,omitempty"`
	// Note says why there are no dates, or what the forecast is based on.
	Note string `json:"note,omitempty"`
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

// BreakEven is how many hours of an engineer a month would make the choice and the cheapest alternative cost the same.
type BreakEven struct {
	// Against is the cheapest other option that fits.
	Against Choice `json:"against"`
	// ExtraUSD is what the choice costs more, in US dollars a month; at least one cent.
	ExtraUSD float64 `json:"extra_usd_per_month"`
	// HoursAtRate is ExtraUSD ÷ EngineerRate, in hours a month; nil where no rate is declared.
	HoursAtRate *float64 `json:"engineer_hours_per_month,omitempty"`
	// EngineerRate is the declared engineer_hour_usd; nil: not declared.
	EngineerRate *float64 `json:"engineer_hour_usd,omitempty"`
	// Sentence states the hours, at an assumed rate where none is declared.
	Sentence string `json:"sentence"`
}

// OneLess is the price of headroom: the next smaller cluster of the chosen kind, which the profile does not plan with.
type OneLess struct {
	Choice
	// SavesUSD is US dollars a month below the choice, always above 0.
	SavesUSD float64 `json:"saves_usd_per_month"`
	// Utilization is what the busiest of ingress, egress, partitions and storage would use of what that cluster is planned to
	// carry; it can exceed 1.
	Utilization float64 `json:"utilization"`
	// Sentence states the saving and what would run fuller.
	Sentence string `json:"sentence"`
}

// Current is the MSK cluster that carries the workload today, and what the choice saves against it.
type Current struct {
	Choice
	// SavesUSD is today's bill less that of the choice, in US dollars a month; negative: the choice costs more. 0 while
	// undecided.
	SavesUSD float64 `json:"saves_usd_per_month"`
	// Sentence states today's bill and the difference.
	Sentence string `json:"sentence"`
}

// Delivery is an Express cluster whose data delivery copies topics to S3 in place of consumer groups. Its MonthlyUSD includes the
// delivery. It is shown but never chosen: the price is not verified.
type Delivery struct {
	Choice
	// Groups are the consumer groups that it replaces.
	Groups []string `json:"groups"`
	// TB is what it delivers in a month, in units of 10^12 bytes, and DeliveryUSD what that costs.
	TB float64 `json:"tb_per_month"`
	// DeliveryUSD is what delivering TB costs, in US dollars a month.
	DeliveryUSD float64 `json:"delivery_usd_per_month"`
	// ReadsUSD is what the choice costs more for what those groups read.
	ReadsUSD float64 `json:"reads_usd_per_month"`
	// SavesUSD is how much less than the choice all of it costs; below 0: more.
	SavesUSD float64 `json:"saves_usd_per_month"`
	// Source is the tag of the delivery price in the catalog.
	Source string `json:"source"`
	// PriceDate is the day (2006-01-02) of the delivery price; empty: unknown.
	PriceDate string `json:"price_date,omitempty"`
	// Unverified: no document at hand confirms the delivery price.
	Unverified bool `json:"unverified,omitempty"`
	// Sentence states cost, groups and difference from the choice.
	Sentence string `json:"sentence"`
}

// TopicFigures are one topic's figures.
type TopicFigures struct {
	// Name is the topic's in Kafka.
	Name string `json:"name"`
	// Partitions counts leader partitions.
	Partitions int `json:"partitions"`
	// MessagesPerSec is records/s from producers; nil: unknown.
	MessagesPerSec *workload.Quantity `json:"messages_per_second,omitempty"`
	// IngressBytesPerSec is bytes/s from producers, compressed, without replication; nil: unknown.
	IngressBytesPerSec *workload.Quantity `json:"ingress_bytes_per_second,omitempty"`
	// EgressBytesPerSec is bytes/s to consumers, without replication; nil: unknown.
	EgressBytesPerSec *workload.Quantity `json:"egress_bytes_per_second,omitempty"`
	// AverageMessageBytes is bytes ÷ records on the wire, compressed; nil: unknown.
	AverageMessageBytes *workload.Figure `json:"average_message_bytes,omitempty"`
	// StoredBytes is one copy; nil: unknown.
	StoredBytes *workload.Figure `json:"stored_bytes,omitempty"`
	// HottestIngress is bytes/s into the topic's busiest partition; nil: unknown.
	HottestIngress *workload.Quantity `json:"hottest_partition_ingress_bytes_per_second,omitempty"`
	// BatchesPerSec is how many record batches producers send, and Compression lists the codecs of those that were seen.
	BatchesPerSec *workload.Quantity `json:"produce_batches_per_second,omitempty"`
	// Compression is sorted (gzip, lz4, none, snappy, zstd); empty: no batch was seen.
	Compression []string `json:"compression,omitempty"`
	// Compacted: cleanup.policy includes compact; nil: the configuration was not read.
	Compacted *bool `json:"compacted,omitempty"`
	// Internal: Kafka's or MSK's own topic, such as __consumer_offsets.
	Internal bool `json:"internal,omitempty"`
	// Groups are the consumer groups with committed offsets on the topic, sorted.
	Groups []string `json:"groups"`
}

// GroupFigures are one consumer group's figures.
type GroupFigures struct {
	// Name is the group id in Kafka.
	Name string `json:"name"`
	// Type is "classic", "consumer" (KIP-848) or "share" (KIP-932); empty: unknown.
	Type string `json:"type,omitempty"`
	// Members is how many were connected last; nil: unknown.
	Members *int `json:"members,omitempty"`
	// Topics are those with committed offsets or assigned members, sorted.
	Topics []string `json:"topics"`
	// EgressBytesPerSec is what the group's commits say that it read; nil: it does not commit.
	EgressBytesPerSec *workload.Quantity `json:"egress_bytes_per_second,omitempty"`
	// LagMessages is records not yet read, at the window's end; nil: unknown.
	LagMessages *workload.Figure `json:"lag_messages,omitempty"`
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
