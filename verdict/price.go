package verdict

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

// NextSmaller is the price of headroom: the next smaller cluster of the chosen kind, which the profile does not plan with.
type NextSmaller struct {
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
