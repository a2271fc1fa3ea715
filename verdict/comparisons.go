package verdict

import "github.com/mskfit/mskfit/internal/workload"

// Comparison is what one source worked out of a quantity beside what another measured of it; the verdict takes the measured.
type Comparison struct {
	// Quantity is the name that the workload's JSON has for it.
	Quantity string `json:"quantity"`
	// Topic is empty for the cluster.
	Topic     string          `json:"topic,omitempty"`
	Estimated workload.Figure `json:"estimated"`
	Measured  workload.Figure `json:"measured"`
	// Difference is estimated ÷ measured − 1: −0.4 says that the estimate is 40 % too low.
	Difference float64 `json:"difference"`
	// Agrees tells whether the two bounds overlap, so that each is as good as it says.
	Agrees bool `json:"agrees"`
}
