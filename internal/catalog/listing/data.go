package listing

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/mskfit/mskfit/internal/catalog"
)

// Schema names the form of the JSON.
const Schema = "mskfit/catalog/v1"

// number writes a figure in full, thousands separated.
func number(v float64) string {
	whole, fraction, found := strings.Cut(strconv.FormatFloat(v, 'f', -1, 64), ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if found {
		return whole + "." + fraction
	}
	return whole
}

// dollars writes a price in full, with two decimals at least.
func dollars(v float64) string {
	s := strconv.FormatFloat(v, 'f', -1, 64)
	_, fraction, _ := strings.Cut(s, ".")
	if len(fraction) < 2 {
		return strconv.FormatFloat(v, 'f', 2, 64)
	}
	return s
}

func columnSources(sources map[string]string) string {
	parts := make([]string, 0, len(sources))
	for _, column := range slices.Sorted(maps.Keys(sources)) {
		parts = append(parts, strings.ReplaceAll(column, "_", " ")+" "+sources[column])
	}
	return strings.Join(parts, "; ")
}

// JSON returns all of the catalog, with the prices of the region, under the keys of its YAML files. Same catalog, same
// bytes. A figure that is null is not published, or not sold in the region.
func JSON(c *catalog.Catalog, region catalog.Region) ([]byte, error) {
	all := map[string]any{
		"schema": Schema, "quotas_date": c.QuotasDate, "prices_date": oldestPrice(region), "overlay": nil,
		"serverless": c.Serverless, "standard": c.Standard, "express": c.Express, "profiles": c.Profiles,
		"region": region.Code, "prices": region, "price_origins": priceOrigins(region), "price_units": c.PriceUnits,
		"price_notes": c.PriceNotes,
		"transfer":    c.Transfer, "sources": c.Sources, "source_dates": c.SourceDates,
	}
	if o := c.Overlay; o != nil {
		all["overlay"] = map[string]any{"file": o.File, "written_at": o.WrittenAt, "prices_in_force": o.Prices,
			"quotas_in_force": o.Quotas, "ignored": o.Ignored}
	}
	// The catalog's types carry the keys of its files as YAML tags; going through YAML keeps one set of names.
	text, err := yaml.Marshal(all)
	if err != nil {
		return nil, fmt.Errorf("catalog as JSON: %w", err)
	}
	var plain map[string]any
	if err := yaml.Unmarshal(text, &plain); err != nil {
		return nil, fmt.Errorf("catalog as JSON: %w", err)
	}
	out, err := json.MarshalIndent(plain, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("catalog as JSON: %w", err)
	}
	return append(out, '\n'), nil
}

// oldestPrice is the date of the oldest price of the region.
func oldestPrice(region catalog.Region) string {
	oldest, _ := region.PricesBetween()
	return oldest
}

// priceOrigins says of each price, by its key, where it is from.
func priceOrigins(region catalog.Region) map[string]any {
	out := map[string]any{}
	for key := range region.Prices() {
		o := region.Origin(key)
		out[key] = map[string]any{"source": o.Source, "date": o.Date, "unverified": o.Unverified, "negotiated": o.Negotiated}
	}
	return out
}

// CSV returns one line a figure: what it is of, its name, value, unit, source, the date of the source and whether it is
// unverified. A value is empty where none is published, or where the region has no such price; it has no source then.
func CSV(c *catalog.Catalog, region catalog.Region) ([]byte, error) {
	rows := [][]string{{"part", "name", "value", "unit", "source", "date", "unverified"}}
	add := func(part, name, value, unit, source string, unverified bool) {
		rows = append(rows, []string{part, name, value, unit, source, sourceDates(c, source), strconv.FormatBool(unverified)})
	}
	for _, g := range []struct {
		part   string
		quotas []catalog.Quota
	}{{"serverless quota", c.Serverless.Quotas}, {"standard quota", c.Standard.Quotas}, {"express quota", c.Express.Quotas}} {
		for _, q := range g.quotas {
			value := plainNumber(q.Limit)
			if q.Unlimited {
				value = "unlimited"
			}
			add(g.part, q.ID, value, q.Unit, q.Source, q.Unverified)
		}
	}
	addSizes(c, add)
	price := func(key, unit string) {
		o := region.Origin(key)
		rows = append(rows, []string{"price", key, priceCell(region, key), unit, o.Source, o.Date,
			strconv.FormatBool(o.Unverified)})
	}
	for _, z := range c.Standard.Sizes {
		price(z.Name, "USD per broker-hour")
	}
	for _, z := range c.Express.Sizes {
		price(z.Name, "USD per broker-hour")
	}
	for _, key := range catalog.PriceKeys() {
		if !strings.HasSuffix(key, "_broker_hour") {
			price(key, c.PriceUnits[key])
		}
	}
	add("price", "cross_az_gb", plainNumber(&c.Transfer.CrossAZGB), "USD per GB", c.Transfer.Source, c.Transfer.Unverified)
	var b bytes.Buffer
	if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
		return nil, fmt.Errorf("catalog as CSV: %w", err)
	}
	return b.Bytes(), nil
}

func addSizes(c *catalog.Catalog, add func(part, name, value, unit, source string, unverified bool)) {
	of := func(part, size string, v *float64, column, unit, source string) {
		add(part, size+" "+column, plainNumber(v), unit, source, false)
	}
	for _, z := range c.Standard.Sizes {
		s := c.Standard.SizeSources
		recommended, most := float64(z.PartitionsRecommended), float64(z.PartitionsMax)
		of("standard size", z.Name, &recommended, "partitions recommended", "partitions", s["partitions"])
		of("standard size", z.Name, &most, "partitions max for updates", "partitions", s["partitions"])
		of("standard size", z.Name, &z.EBSBaselineMBps, "EBS baseline", "MBps", s["ebs"])
		of("standard size", z.Name, &z.NetworkBaselineGbps, "network baseline", "Gbps", s["network"])
		of("standard size", z.Name, z.ProvisionedMaxMiB, "provisioned throughput max", "MiBps", s["provisioned_throughput"])
	}
	for _, z := range c.Express.Sizes {
		recommended, most := float64(z.PartitionsRecommended), float64(z.PartitionsMax)
		of("express size", z.Name, &recommended, "partitions recommended", "partitions", z.Source)
		of("express size", z.Name, &most, "partitions max", "partitions", z.Source)
		of("express size", z.Name, &z.IngressSustainedMBps, "ingress sustained", "MBps", z.Source)
		of("express size", z.Name, &z.IngressMaxMBps, "ingress max", "MBps", z.Source)
		of("express size", z.Name, &z.EgressSustainedMBps, "egress sustained", "MBps", z.Source)
		of("express size", z.Name, &z.EgressMaxMBps, "egress max", "MBps", z.Source)
	}
}

func priceCell(region catalog.Region, key string) string {
	if v, ok := region.Price(key); ok {
		return plainNumber(&v)
	}
	return ""
}

func plainNumber(v *float64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatFloat(*v, 'f', -1, 64)
}

// sourceDates gives the dates of the sources in their order; empty where none shows one.
func sourceDates(c *catalog.Catalog, tags string) string {
	var dates []string
	for tag := range strings.SplitSeq(tags, ", ") {
		if d := c.SourceDates[tag]; d != "" {
			dates = append(dates, d)
		}
	}
	return strings.Join(dates, ", ")
}
