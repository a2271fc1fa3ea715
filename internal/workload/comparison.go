package workload

import "fmt"

// Comparison sets beside each other what one source worked out of a quantity and what another one measured of it, in one window.
type Comparison struct {
	// Quantity is the verdict's name of it.
	Quantity string
	// Topic is empty for the cluster.
	Topic string
	// Estimated was derived or estimated, Measured was counted by the system itself.
	Estimated, Measured Figure
	// Difference is how far the estimate is off, as a fraction of what was measured: −0.4 says that it is 40 % too low.
	Difference float64
}

// Agrees reports whether the two bounds overlap: each figure is then as good as it says. Estimates that are floors agree
// with everything above them.
func (c Comparison) Agrees() bool {
	return c.Estimated.Low <= c.Measured.High && c.Measured.Low <= c.Estimated.High
}

// String writes "egress_bytes_per_second of orders: kafka: commits says 2.1 MB/s, prometheus: rate over 1m0s measured 3.8 MB/s
// (-44.7 %)".
func (c Comparison) String() string {
	of := ""
	if c.Topic != "" {
		of = " of " + c.Topic
	}
	return fmt.Sprintf("%s%s: %s says %.6g, %s measured %.6g (%+.1f %%)", c.Quantity, of, c.Estimated.Source, c.Estimated.Value,
		c.Measured.Source, c.Measured.Value, 100*c.Difference)
}
