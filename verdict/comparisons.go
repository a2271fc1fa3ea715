package verdict

import "github.com/mskfit/mskfit/internal/workload"

// Comparison is one source's estimate of a quantity next to another's measurement; the verdict uses the measurement.
type Comparison struct {
	// Quantity is the name that the workload's JSON has for it.
	Quantity string `json:"quantity"`
	// Topic is empty for the cluster.
	Topic string `json:"topic,omitempty"`
	// Estimated was derived or estimated by a source that cannot count the quantity itself.
	Estimated workload.Figure `json:"estimated"`
	// Measured was counted by the system that carries the traffic.
	Measured workload.Figure `json:"measured"`
	// Difference is estimated ÷ measured − 1: −0.4 says that the estimate is 40 % too low.
	Difference float64 `json:"difference"`
	// Agrees is true when the two bounds overlap, so both sources are consistent.
	Agrees bool `json:"agrees"`
}
