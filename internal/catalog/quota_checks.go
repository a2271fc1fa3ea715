package catalog

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

// units are what a quota may be stated in, and what one of them is in base units.
//
// AWS's quota page writes MBps, MB and GB without saying decimal or binary; they are read as decimal, the smaller and
// therefore safe reading (note byte-units of serverless.yaml, unverified).
var units = map[string]float64{
	"MBps": workload.MB, "MiBps": workload.MiB, "GBps": workload.GB,
	"GB": workload.GB, "GiB": workload.GiB, "MiB": workload.MiB, "MB": workload.MB, "bytes": 1,
	"hours":      3600,
	"partitions": 1, "partitions_per_5_minutes": 1, "connections": 1, "per_second": 1, "groups": 1, "VPCs": 1,
	"clusters": 1, "brokers": 1, "users": 1, "configurations": 1, "revisions": 1, "replicators": 1, "topics": 1,
}

var quotaCode = regexp.MustCompile(`^L-[0-9A-F]{8}$`)

func indexed(field string, i int) string { return fmt.Sprintf("%s[%d]", field, i) }

// quotas checks the list and fills in base units.
func (l *loader) quotas(c *checks, doc *yamlfile.Document, quotas []Quota) {
	if len(quotas) == 0 {
		c.add("quotas", "missing: list at least one")
	}
	seen := map[string]bool{}
	for i := range quotas {
		q, at := &quotas[i], indexed("quotas", i)
		c.text(at+".id", q.ID, "give the quota an id")
		c.once(at+".id", q.ID, seen)
		c.text(at+".title", q.Title, "give the quota a readable name")
		l.cite(c, at+".source", q.Source, q.Unverified)
		if q.Adjustable != "" {
			c.oneOf(at+".adjustable", q.Adjustable, "support case", "Service Quotas", "operator")
		}
		if q.Code != "" && !quotaCode.MatchString(q.Code) {
			c.add(at+".code", "%q is not a code of Service Quotas: they look like L-EDD31C36", q.Code)
		}
		if !doc.Names(at + ".limit") {
			c.add(at+".limit", "missing: write null where none is published")
		}
		factor, ok := units[q.Unit]
		switch {
		case q.Unit == "":
			c.add(at+".unit", "missing: use one of %s", knownUnits())
		case !ok:
			c.add(at+".unit", "%q is not a unit: use one of %s", q.Unit, knownUnits())
		}
		if q.Limit == nil {
			continue
		}
		c.positive(at+".limit", *q.Limit)
		if q.Unlimited {
			c.add(at+".unlimited", "true beside a limit: keep one of them")
		}
		base := *q.Limit * factor
		q.Base = &base
	}
}

func knownUnits() string { return strings.Join(slices.Sorted(maps.Keys(units)), ", ") }

// notes checks facts for people.
func (l *loader) notes(c *checks, field string, notes []Note) {
	seen := map[string]bool{}
	for i, n := range notes {
		at := indexed(field, i)
		c.text(at+".id", n.ID, "give the note an id")
		c.once(at+".id", n.ID, seen)
		c.text(at+".fact", n.Fact, "state the fact")
		l.known(c, at+".source", n.Source, n.Unverified)
	}
}
