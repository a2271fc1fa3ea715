package msk

import (
	"fmt"

	"github.com/mskfit/mskfit/internal/workload"
)

// throttles says which throttle time holds back each rate, and whom.
var throttles = map[quantity]struct {
	by  quantity
	who string
}{
	ingress: {produceThrottle, "producers"}, messages: {produceThrottle, "producers"}, egress: {fetchThrottle, "consumers"},
}

// asThrottled makes a rate a floor where brokers held clients back in the slot (a mean throttle time above zero, S-MET): what
// they let through is less than what clients wanted, and nothing shows by how much.
func (a *assembly) asThrottled(q quantity, f *workload.Figure) *workload.Figure {
	t, ok := throttles[q]
	if f == nil || !ok {
		return f
	}
	held := 0
	for _, i := range a.layout.cluster[t.by] {
		if c := a.cells[i]; c.state == present && c.value > 0 {
			held++
			s := a.grid.list[i]
			a.gaps.Count("demand of "+t.who+" at broker", fmt.Sprint(s.broker),
				fmt.Sprintf("the broker throttled them (%s above 0)", s.name),
				"the measured traffic is a floor: demand is higher by an unknown amount", q.names()...)
		}
	}
	if held == 0 {
		return f
	}
	return workload.AtLeast(f.Low, f.Method, f.Source).Ptr()
}

// noteExpress says what Express says of itself in the slot.
func (a *assembly) noteExpress() {
	if a.says(underProvisioned) {
		a.gaps.Add("demand of clients", "Express reports UnderProvisioned: its brokers are too small for the load",
			"ingress and egress may be less than the demand")
	}
	if a.says(rebalancing) {
		a.gaps.Add("typical spread of the load over the brokers", "Express reports RebalanceInProgress: partitions are being moved",
			"figures of single brokers are not typical")
	}
}

// says reports whether a flag has a datapoint above zero in the slot.
func (a *assembly) says(q quantity) bool {
	for _, i := range a.layout.cluster[q] {
		if c := a.cells[i]; c.state == present && c.value > 0 {
			return true
		}
	}
	return false
}
