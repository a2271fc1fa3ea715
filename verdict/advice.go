package verdict

// UnknownLimit is one thing that could not be checked, with the one action that resolves it.
type UnknownLimit struct {
	// Rules are the ids of the rules that need it.
	Rules []string `json:"rules"`
	// What names what is missing: "client connections", "whether clients can move to IAM".
	What string `json:"what"`
	// Action is what the owner can do to resolve it.
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
	// Fixes is the id of the rule that passes once the action is taken.
	Fixes string `json:"mends,omitempty"`
}

// TippingPoint is the smallest change of one input that would change the choice.
type TippingPoint struct {
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
