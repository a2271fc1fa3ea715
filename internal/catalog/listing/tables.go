package listing

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/texttable"
)

func quotas(title string, rows []catalog.Quota) Table {
	t := Table{Title: title, Columns: texttable.Columns("quota", ">limit", "raised by", "source")}
	for _, q := range rows {
		t.Rows = append(t.Rows, []string{q.ID, limit(q), q.Adjustable, marked(q.Source, q.Unverified)})
	}
	return t
}

// unitNames are the units as people write them.
var unitNames = map[string]string{"per_second": "/s", "partitions_per_5_minutes": "partitions/5 min", "MBps": "MB/s",
	"MiBps": "MiB/s", "GBps": "GB/s"}

func limit(q catalog.Quota) string {
	switch {
	case q.Unlimited:
		return "unlimited"
	case q.Limit == nil:
		return "none published"
	}
	unit := q.Unit
	if name, ok := unitNames[unit]; ok {
		unit = name
	}
	s := number(*q.Limit) + " " + unit
	if unit == "/s" {
		s = number(*q.Limit) + unit
	}
	if q.LowerBound {
		return "at least " + s
	}
	return s
}

func topicConfigs(s catalog.Serverless) Table {
	t := Table{
		Title:   "Topic configurations that can be set on Serverless; no others can",
		Columns: texttable.Columns("configuration", "default", "largest", "source"),
	}
	for _, c := range s.TopicConfigs {
		largest := ""
		if c.Max != nil {
			largest = number(*c.Max) + " " + c.Unit
		}
		t.Rows = append(t.Rows, []string{c.Name, c.Default, largest, c.Source})
		if c.Note != "" {
			t.Notes = append(t.Notes, c.Name+": "+c.Note)
		}
	}
	t.Notes = append(t.Notes, "Authentication: "+strings.Join(s.Authentication, ", ")+fmt.Sprintf(", port %d.", s.Port)+
		" Sold in "+strings.Join(s.Regions, ", ")+". ["+s.Source+"]")
	return t
}

func standardSizes(s catalog.Standard, region catalog.Region) Table {
	t := Table{
		Title:   "Standard brokers: EBS in MB/s and network in Gbit/s, sustained",
		Columns: texttable.Columns("size", ">vCPU", ">GiB", ">partitions", ">EBS", ">network", ">PST", ">USD/h"),
	}
	for _, z := range s.Sizes {
		provisioned := "-"
		if z.ProvisionedMaxMiB != nil {
			provisioned = number(*z.ProvisionedMaxMiB)
		}
		t.Rows = append(t.Rows, []string{z.Name, strconv.Itoa(z.VCPU), number(z.MemoryGiB),
			fmt.Sprintf("%d/%d", z.PartitionsRecommended, z.PartitionsMax),
			number(z.EBSBaselineMBps), number(z.NetworkBaselineGbps), provisioned, hour(region, z.Name)})
	}
	t.Notes = []string{"Partitions count replicas: recommended, and above which an overloaded cluster refuses updates.",
		"PST: storage throughput that can be provisioned, MiB/s at most. USD/h: - where the region has no price. Sources: " +
			columnSources(s.SizeSources) + "."}
	return t
}

func expressSizes(e catalog.Express, region catalog.Region) Table {
	t := Table{
		Title:   "Express brokers: ingress and egress in MB/s, sustained/at most",
		Columns: texttable.Columns("size", ">vCPU", ">GiB", ">partitions", ">ingress", ">egress", ">USD/h"),
	}
	for _, z := range e.Sizes {
		t.Rows = append(t.Rows, []string{z.Name, strconv.Itoa(z.VCPU), number(z.MemoryGiB),
			fmt.Sprintf("%d/%d", z.PartitionsRecommended, z.PartitionsMax),
			number(z.IngressSustainedMBps) + "/" + number(z.IngressMaxMBps),
			number(z.EgressSustainedMBps) + "/" + number(z.EgressMaxMBps), hour(region, z.Name)})
	}
	t.Notes = []string{fmt.Sprintf("Partitions count replicas. At most %s MB/s a partition [%s]. Replication factor %d, min.insync.replicas %d. USD/h: - where the region has no price. Sources: %s.",
		number(e.PerPartitionMBps), e.PerPartitionSource, e.ReplicationFactor, e.MinInsyncReplicas, columnSources(e.SizeSources))}
	return t
}

func versions(c *catalog.Catalog) Table {
	t := Table{Title: "Kafka versions on Provisioned clusters",
		Columns: texttable.Columns("brokers", "version", "modes", "released", "support ends", "source")}
	for _, g := range []struct {
		name     string
		versions []catalog.KafkaVersion
	}{{"standard", c.Standard.Versions}, {"express", c.Express.Versions}} {
		for _, v := range g.versions {
			t.Rows = append(t.Rows, []string{g.name, v.Version, strings.Join(v.Modes, ", "), orDash(v.Released),
				orDash(v.EndOfSupport), v.Source})
		}
	}
	t.Notes = []string{
		"Authentication on Standard: " + strings.Join(c.Standard.Authentication, ", ") + "; on Express: " +
			strings.Join(c.Express.Authentication, ", ") + ".",
		fmt.Sprintf("Broker properties that can be set: %d on Standard, %d on Express (all in --format json).",
			len(c.Standard.BrokerConfigs), len(c.Express.BrokerConfigs)),
	}
	return t
}

func prices(c *catalog.Catalog, region catalog.Region) Table {
	t := Table{Title: "Other prices in " + region.Code,
		Columns: texttable.Columns("price", ">USD", "for")}
	for _, key := range catalog.PriceKeys() {
		if strings.HasSuffix(key, "_broker_hour") {
			continue
		}
		usd := "no price"
		if v, ok := region.Price(key); ok {
			usd = dollars(v)
		}
		t.Rows = append(t.Rows, []string{key, usd, strings.TrimPrefix(c.PriceUnits[key], "USD per ")})
	}
	t.Rows = append(t.Rows, []string{"cross_az_gb", dollars(c.Transfer.CrossAZGB), "GB between zones, both directions together"})
	t.Notes = append(origins(region), "Between zones: "+marked(c.Transfer.Source, c.Transfer.Unverified)+"; "+c.Transfer.Note+".")
	return t
}

// origins says where the prices of the region are from: most of them in one line, and each other source with its prices.
func origins(region catalog.Region) []string {
	from := map[catalog.Origin][]string{}
	for _, key := range slices.Sorted(maps.Keys(region.Prices())) {
		o := region.Origin(key)
		from[o] = append(from[o], key)
	}
	all := slices.SortedFunc(maps.Keys(from), func(a, b catalog.Origin) int {
		return cmp.Or(cmp.Compare(len(from[b]), len(from[a])), cmp.Compare(a.Date, b.Date), cmp.Compare(a.Source, b.Source))
	})
	var out []string
	for i, o := range all {
		what := "Other prices"
		if i > 0 {
			what = strings.Join(from[o], ", ")
		} else if len(all) == 1 {
			what = "Prices"
		}
		out = append(out, what+": "+described(o)+".")
	}
	return out
}

// described names an origin: "O-PRICE of 2026-11-20, negotiated".
func described(o catalog.Origin) string {
	text := marked(o.Source, o.Unverified) + " of " + cmp.Or(o.Date, "unknown date")
	if o.Negotiated {
		text += ", negotiated"
	}
	return text
}

func hour(region catalog.Region, size string) string {
	if p, ok := region.BrokerHour(size); ok {
		return dollars(p)
	}
	return "-"
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
