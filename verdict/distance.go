package verdict

import (
	"cmp"
	"strings"
)

// Distance says how far an option is from one that may be chosen. The analyzer names the nearest option of a kind by it, and a
// report lists the same one.
type Distance struct {
	// Unfit: the size is not for such a load, or has no price; no change of the workload helps.
	Unfit bool
	// Fails counts the limits that the option breaks.
	Fails int
	// Over is the number of brokers ÷ the quota where there are more than it allows; else 0.
	Over float64
	// MonthlyUSD is the option's bill.
	MonthlyUSD float64
}

// Compare is negative where a is nearer than b: fewer broken limits, then fewer brokers above the quota, then the lower bill.
func (a Distance) Compare(b Distance) int {
	if a.Unfit != b.Unfit {
		if b.Unfit {
			return -1
		}
		return 1
	}
	return cmp.Or(cmp.Compare(a.Fails, b.Fails), cmp.Compare(a.Over, b.Over), cmp.Compare(a.MonthlyUSD, b.MonthlyUSD))
}

// DistanceOf is the distance of an option with that bill (nil: unknown). excluded: the sizing profile does not use such a size.
// fails is the number of limits that it breaks, and over its brokers ÷ the quota where there are more than it allows, else 0.
func DistanceOf(monthlyUSD *float64, excluded bool, fails int, over float64) Distance {
	d := Distance{Unfit: monthlyUSD == nil || excluded, Fails: fails, Over: over}
	if monthlyUSD != nil {
		d.MonthlyUSD = *monthlyUSD
	}
	return d
}

// Distance is that of the option by its rules and price.
func (o *Option) Distance() Distance {
	excluded, fails, over := false, 0, 0.0
	for i := range o.Rules {
		r := &o.Rules[i]
		if r.Outcome != Fail {
			continue
		}
		fails++
		switch _, name, _ := strings.Cut(r.ID, "."); {
		case name == "size":
			excluded = true
		case name == "brokers" && r.Utilization != nil:
			over = *r.Utilization
		}
	}
	return DistanceOf(o.MonthlyUSD, excluded, fails, over)
}
