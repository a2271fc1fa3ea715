package history

import (
	"fmt"
	"math"
	"slices"

	"github.com/mskfit/mskfit/internal/workload"
)

// estimatedRank is the rank of estimates.
var estimatedRank = rankOf(workload.Estimated)

// assumeEgress returns egress with the minutes that were read back from the log, which does not show who read it: where more
// than half of
// the minutes of ingress have none, it is taken to be ingress times the fan-out of the minutes in which both were seen, and
// more may
// have been read. Otherwise the ingress of days would be beside the egress of one quiet hour.
func (r *reader) assumeEgress(egress, ingress track) track {
	var in, out, inHigh, outLow float64
	both, without := 0, 0
	for i, c := range ingress.points {
		switch e := egress.points[i]; {
		case c.rank == 0:
		case e.rank == 0:
			without++
		default:
			both++
			in, out, inHigh, outLow = in+c.v, out+e.v, inHigh+c.high, outLow+e.low
		}
	}
	if without <= both || in == 0 {
		return egress
	}
	fanOut, low := out/in, outLow/inHigh // no bound of ingress leaves no lower one
	filled := track{egress.span, slices.Clone(egress.points)}
	for i, c := range ingress.points {
		if c.rank > 0 && filled.points[i].rank == 0 {
			v := c.v * fanOut
			filled.points[i] = point{cell: cell{v: v, low: c.low * low, high: math.Inf(1), rank: estimatedRank, source: c.source},
				max: v, mask: c.mask}
		}
	}
	r.gaps = append(r.gaps, workload.Gap{Source: "history",
		What:     fmt.Sprintf("egress of %s of %s minutes", count(without), count(both+without)),
		Why:      "they were read back from the log, which does not record who read it",
		Effect:   fmt.Sprintf("estimated as ingress × the fan-out of the other minutes (%s)", workload.FormatNumber(fanOut)),
		Inherent: true})
	return filled
}
