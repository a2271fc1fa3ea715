package verdict

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

// Choice is the option as a choice, at 0 dollars where its price is unknown.
func (o *Option) Choice() Choice {
	c := Choice{Kind: o.Kind, Size: o.Size, Brokers: o.Brokers, Clusters: o.Clusters, TieredStorage: o.TieredStorage}
	if o.MonthlyUSD != nil {
		c.MonthlyUSD = *o.MonthlyUSD
	}
	return c
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
	// Evidence is a sentence with numbers and units; for unknown it says what would resolve it.
	Evidence string `json:"evidence"`
	// Source names where the limit comes from.
	Source string `json:"source"`
	// Needs names what is missing for an unknown rule: a quantity of the workload or a requirement's field. Empty otherwise.
	Needs string `json:"needs,omitempty"`
}
