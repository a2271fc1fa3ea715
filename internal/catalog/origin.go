package catalog

import (
	"maps"
	"slices"
	"strings"
)

// Origin says where one price is from.
type Origin struct {
	// Source holds tags of Catalog.Sources, joined with a comma; Date is the day on which that source published the price
	// (YYYY-MM-DD), empty where the source shows none.
	Source, Date string
	// Unverified: no document at hand confirms the price. Negotiated: it is of the owner's own contract with AWS.
	Unverified, Negotiated bool
}

// Rows are prices of a region from another source than the region's own.
type Rows struct {
	Prices     []string `yaml:"prices"`     // keys of Region.Price
	Source     string   `yaml:"source"`     // tags of Catalog.Sources, joined with a comma
	Unverified bool     `yaml:"unverified"` // no document at hand confirms these prices
}

// Origin returns where the price with the key of Price is from. The zero value: the region has no such price.
func (r Region) Origin(key string) Origin { return r.origins[key] }

// PricesBetween returns the dates of the oldest and of the newest price of the region; empty where no price has a date.
func (r Region) PricesBetween() (oldest, newest string) {
	for _, o := range r.origins {
		if o.Date == "" {
			continue
		}
		if oldest == "" || o.Date < oldest {
			oldest = o.Date
		}
		newest = max(newest, o.Date)
	}
	return oldest, newest
}

// date gives every price of the file its origin.
func (r *Region) date(dates map[string]string) {
	r.origins = map[string]Origin{}
	for key := range r.Prices() {
		r.origins[key] = Origin{Source: r.Source, Date: firstDate(dates, r.Source)}
	}
	for _, rows := range r.Rows {
		for _, key := range rows.Prices {
			r.origins[key] = Origin{Source: rows.Source, Date: firstDate(dates, rows.Source), Unverified: rows.Unverified}
		}
	}
	r.cite()
}

// firstDate is the date of the first of the sources that has one to the day.
func firstDate(dates map[string]string, tags string) string {
	for tag := range strings.SplitSeq(tags, ", ") {
		if d := dates[tag]; len(d) == len("2006-01-02") {
			return d
		}
	}
	return ""
}

// cite sets Source to the tags of all its prices, sorted.
func (r *Region) cite() {
	tags := map[string]bool{}
	for _, o := range r.origins {
		for tag := range strings.SplitSeq(o.Source, ", ") {
			tags[tag] = true
		}
	}
	if len(tags) > 0 {
		r.Source = strings.Join(slices.Sorted(maps.Keys(tags)), ", ")
	}
}

// rows checks the prices that are from another source than the region's own.
func (l *loader) rows(c *checks, at string, r Region) {
	prices, seen := r.Prices(), map[string]bool{}
	for i, rows := range r.Rows {
		field := indexed(at+".rows", i)
		l.known(c, field+".source", rows.Source, rows.Unverified)
		if len(rows.Prices) == 0 {
			c.add(field+".prices", "missing: list at least one")
		}
		for j, key := range rows.Prices {
			item := indexed(field+".prices", j)
			if _, ok := prices[key]; !ok {
				c.add(item, "%q is not a price of the region", key)
			}
			c.once(item, key, seen)
		}
	}
}
