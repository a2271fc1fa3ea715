package analyzer

import (
	"fmt"
	"slices"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// savings lists cheaper ways to run the choice that need something of its owner: provisioned storage throughput on Standard
// brokers.
func (d *decision) savings() []verdict.Action {
	if d.chosen < 0 || d.options[d.chosen].kind != verdict.Standard {
		return nil
	}
	var out []verdict.Action
	now := &d.options[d.chosen]
	try := func(target, action string, apply func(*Input)) {
		in := *d.in
		apply(&in)
		then := d.again(&in, forComparison)
		if then.chosen < 0 || then.options[then.chosen].kind != verdict.Standard {
			return
		}
		o := &then.options[then.chosen]
		if saved := cents(now.cost - o.cost); saved >= 0.01*now.cost {
			out = append(out, verdict.Action{Target: target, Action: action,
				Why: fmt.Sprintf("%s would do, and %s a month less", o.choice().Name(), workload.FormatDollars(saved))})
		}
	}
	if d.load.throughput == 0 && d.profile.Standard.Throughput == "default" {
		for _, mib := range d.provisionable() {
			try("storage throughput", fmt.Sprintf("provision %s MiB/s a broker", count(mib)), func(in *Input) {
				v := mib * workload.MiB
				in.Workload.ProvisionedThroughputBytesPerSec = &v
			})
		}
	}
	if len(out) > 1 {
		out = out[:1]
	}
	return out
}

// provisionable lists the storage throughputs that some size can be given, ascending.
func (d *decision) provisionable() []float64 {
	var out []float64
	for _, s := range d.in.Catalog.Standard.Sizes {
		if s.ProvisionedMaxMiB != nil {
			out = append(out, *s.ProvisionedMaxMiB)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
