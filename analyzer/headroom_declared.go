package analyzer

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// brokerThroughput is the key of requirements.headroom for what brokers carry.
const brokerThroughput = "brokers"

// freeOf is the share of a limit that must stay free, 0–0.9, and whether the owner declared one for this limit.
func (in *Input) freeOf(id string) (free float64, named bool) {
	if v, ok := in.Requirements.LimitHeadroom[id]; ok && v >= 0 && v <= maxHeadroom {
		return v, true
	}
	if v := in.Requirements.Headroom; v != nil && *v >= 0 && *v <= maxHeadroom {
		return *v, false
	}
	return in.Options.Headroom, false
}

// freeOr is freeOf for those to whom it does not matter who declared it.
func (in *Input) freeOr(id string) float64 {
	free, _ := in.freeOf(id)
	return free
}

func (in *Input) freeOfBrokers() float64 { return in.freeOr(brokerThroughput) }

// partitionFree is the share of a partition's limit that a remedy keeps free. Express has a limit of its own, which no key names.
func (in *Input) partitionFree(k verdict.Kind, id string) float64 {
	if k == verdict.Express {
		return in.freeOfBrokers()
	}
	return in.freeOr(id)
}

// splitFree is the share of a Serverless quota that a split keeps free: of what varies with traffic, or where the owner asked.
func (in *Input) splitFree(quota string, varies bool) float64 {
	free, named := in.freeOf(quota)
	if named || varies {
		return free
	}
	return 0
}

func sameHeadroom(a, b *workload.Requirements) bool {
	same := a.Headroom == b.Headroom || a.Headroom != nil && b.Headroom != nil && *a.Headroom == *b.Headroom
	return same && maps.Equal(a.LimitHeadroom, b.LimitHeadroom)
}

// headroomUsed is what the verdict says of the headroom.
func (d *decision) headroomUsed() *verdict.Headroom {
	r := &d.in.Requirements
	h := &verdict.Headroom{Share: tidy(d.in.freeOr("")), Declared: r.Headroom != nil || len(r.LimitHeadroom) > 0}
	who := "default; declare requirements.headroom for another share"
	if h.Declared {
		who = "declared"
	}
	h.Sentence = fmt.Sprintf("%s of every limit on traffic stays free (%s)", sharePercent(h.Share), who)
	if len(r.LimitHeadroom) == 0 {
		return h
	}
	h.Limits = maps.Clone(r.LimitHeadroom)
	var single []string
	for _, id := range slices.Sorted(maps.Keys(h.Limits)) {
		single = append(single, id+" "+sharePercent(h.Limits[id]))
	}
	h.Sentence += "; " + strings.Join(single, ", ")
	return h
}

// sharePercent writes a share as it was declared: "20 %", "12.5 %", "0 %".
func sharePercent(share float64) string { return fmt.Sprintf("%.4g %%", 100*tidy(share)) }

// validateHeadroom checks the shares, and with a catalog the ids.
func (v *validator) headroom(r workload.Requirements, known func(id string) bool) {
	share := func(field string, s float64) {
		switch {
		case s >= 0 && s <= maxHeadroom:
		case s > 1 && s <= 100*maxHeadroom:
			v.bad(field, "%g must be a share from 0 to %g: write %g for %g %%", s, maxHeadroom, s/100, s)
		default:
			v.bad(field, "%g must be a share from 0 to %g", s, maxHeadroom)
		}
	}
	if r.Headroom != nil {
		share("headroom", *r.Headroom)
	}
	for _, id := range slices.Sorted(maps.Keys(r.LimitHeadroom)) {
		if known != nil && !known(id) {
			v.bad("headroom."+id, "not a limit: write all, brokers or the id of a Serverless quota, as mskfit catalog lists them")
			continue
		}
		share("headroom."+id, r.LimitHeadroom[id])
	}
}
