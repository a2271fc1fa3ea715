package catalog

import (
	"maps"
	"slices"
)

// Change is one figure that differs between two catalogs.
type Change struct {
	// Key names the figure: "us-east-1 kafka.m5.large", "eu-west-1 tiered_storage_gb_month", "serverless.message_size".
	Key string
	// Old and New are nil where the catalog states none.
	Old, New *float64
	// Unit is that of Old and New; "old, now new" where the two differ.
	Unit string
}

// Diff lists what differs in quotas and prices, quotas first, in a fixed order; empty: nothing.
func Diff(from, to *Catalog) []Change {
	changes := diffQuotas(nil, "serverless.", from.Serverless.Quotas, to.Serverless.Quotas)
	changes = diffQuotas(changes, "standard.", from.Standard.Quotas, to.Standard.Quotas)
	changes = diffQuotas(changes, "express.", from.Express.Quotas, to.Express.Quotas)
	if from.Transfer.CrossAZGB != to.Transfer.CrossAZGB {
		changes = append(changes, Change{"cross_az_gb", &from.Transfer.CrossAZGB, &to.Transfer.CrossAZGB, "USD per GB"})
	}
	codes := slices.Sorted(maps.Keys(from.Regions))
	for code := range to.Regions {
		if _, known := from.Regions[code]; !known {
			codes = append(codes, code)
		}
	}
	slices.Sort(codes)
	for _, code := range codes {
		changes = diffRegion(changes, code, from.Regions[code], to.Regions[code], to.PriceUnit)
	}
	return changes
}

func diffQuotas(changes []Change, prefix string, from, to []Quota) []Change {
	ids := map[string]bool{}
	for _, q := range slices.Concat(from, to) {
		if ids[q.ID] {
			continue
		}
		ids[q.ID] = true
		was, _ := find(from, q.ID)
		is, _ := find(to, q.ID)
		if same(was.Base, is.Base) {
			continue
		}
		unit := q.Unit
		if was.Unit != "" && is.Unit != "" && was.Unit != is.Unit {
			unit = was.Unit + ", now " + is.Unit
		}
		changes = append(changes, Change{prefix + q.ID, was.Limit, is.Limit, unit})
	}
	return changes
}

func diffRegion(changes []Change, code string, from, to Region, unit func(string) string) []Change {
	was, is := from.Prices(), to.Prices()
	keys := maps.Clone(was)
	maps.Copy(keys, is)
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		before, after := price(was, key), price(is, key)
		if !same(before, after) {
			changes = append(changes, Change{code + " " + key, before, after, unit(key)})
		}
	}
	return changes
}

func price(prices map[string]float64, key string) *float64 {
	if usd, ok := prices[key]; ok {
		return &usd
	}
	return nil
}

func same(a, b *float64) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}
