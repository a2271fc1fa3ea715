package analyzer

import (
	"math"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/workload"
)

// limitOf is the limit of a quota in base units, as the owner says that AWS has raised it or as AWS states it; false where
// there is none. raised distinguishes the two.
func limitOf(q catalog.Quota, raised map[string]float64) (limit float64, fromOwner, ok bool) {
	if v, found := raised[q.ID]; found && v > 0 && v <= workload.LargestCredible {
		return v, true, true
	}
	if q.Base == nil || !(*q.Base >= 0) || math.IsInf(*q.Base, 0) {
		return 0, false, false
	}
	return *q.Base, false, true
}

// QuotaLimit is the limit in force of a quota of one Serverless cluster, in base units (bytes per second, partitions): as the
// owner says that AWS has raised it, or as AWS states it. It is false where there is none.
func QuotaLimit(in *Input, id string) (float64, bool) {
	q, ok := in.Catalog.Serverless.Quota(id)
	if !ok {
		return 0, false
	}
	limit, _, ok := limitOf(q, in.Requirements.RaisedQuotas)
	return limit, ok
}

// perUnit is how many base units one unit of the quota is: 10^6 for MBps.
func perUnit(q catalog.Quota) float64 {
	if q.Base == nil || q.Limit == nil || *q.Limit == 0 {
		return 1
	}
	return *q.Base / *q.Limit
}

// quotaCheck starts a rule over a quota, its limit in force filled in.
func quotaCheck(q catalog.Quota, raised map[string]float64) check {
	c := check{name: q.ID, title: q.Title, source: q.Source, unit: q.Unit, per: perUnit(q)}
	limit, fromOwner, ok := limitOf(q, raised)
	c.limit, c.limited = limit, ok
	if fromOwner {
		c.source = "raised by AWS for this account, as declared; " + q.Source
	}
	return c
}
