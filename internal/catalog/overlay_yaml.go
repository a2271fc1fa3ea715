package catalog

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// YAML writes the overlay as a file that ReadOverlay takes. Same overlay, same bytes.
func (o *Overlay) YAML() []byte {
	var b bytes.Buffer
	b.WriteString("# Prices and quotas that replace those compiled into mskfit until a newer version has newer ones.\n" +
		"# Written by mskfit catalog refresh; you may edit it. What is not named here stays as it is.\n")
	fmt.Fprintf(&b, "schema: %s\nwritten_at: %s\n", OverlaySchema, o.WrittenAt.UTC().Format(time.RFC3339))
	if p := o.Prices; p != nil {
		b.WriteString("prices:\n")
		writePrices(&b, "  ", "  ", *p)
	}
	if len(o.EarlierPrices) > 0 {
		b.WriteString("# Prices of other days or sources, for what the list above does not name.\nearlier_prices:\n")
	}
	for _, p := range o.EarlierPrices {
		writePrices(&b, "  - ", "    ", p)
	}
	if q := o.Quotas; q != nil {
		fmt.Fprintf(&b, "quotas:\n  date: %q\n  source: %q\n", q.Date, q.Source)
		writeLimits(&b, "serverless", q.Serverless)
		writeLimits(&b, "standard", q.Standard)
		writeLimits(&b, "express", q.Express)
	}
	return b.Bytes()
}

// writePrices writes one list; first is the indent of its first line, in that of the others.
func writePrices(b *bytes.Buffer, first, in string, p OverlayPrices) {
	fmt.Fprintf(b, "%sdate: %q\n%ssource: %q\n", first, p.Date, in, p.Source)
	if p.Negotiated {
		fmt.Fprintf(b, "%snegotiated: true\n", in)
	}
	fmt.Fprintf(b, "%sregions:\n", in)
	for _, code := range slices.Sorted(maps.Keys(p.Regions)) {
		writeRegion(b, in+"  ", code, p.Regions[code])
	}
}

func writeRegion(b *bytes.Buffer, in, code string, r Region) {
	fmt.Fprintf(b, "%s%s:\n", in, code)
	in += "  "
	if r.Location != "" {
		fmt.Fprintf(b, "%slocation: %q\n", in, r.Location)
	}
	if r.UsageTypePrefix != "" {
		fmt.Fprintf(b, "%susagetype_prefix: %q\n", in, r.UsageTypePrefix)
	}
	for _, f := range families {
		prices := *f.prices(&r)
		if len(prices) == 0 {
			continue
		}
		parts := make([]string, 0, len(prices))
		for _, short := range slices.Sorted(maps.Keys(prices)) {
			parts = append(parts, short+": "+plain(prices[short]))
		}
		fmt.Fprintf(b, "%s%s: {%s}\n", in, f.key, strings.Join(parts, ", "))
	}
	for _, p := range flatPrices {
		if v := *p.price(&r); v != nil {
			fmt.Fprintf(b, "%s%s: %s\n", in, p.key, plain(*v))
		}
	}
}

func writeLimits(b *bytes.Buffer, kind string, limits map[string]float64) {
	if len(limits) == 0 {
		return
	}
	fmt.Fprintf(b, "  %s:\n", kind)
	for _, id := range slices.Sorted(maps.Keys(limits)) {
		fmt.Fprintf(b, "    %s: %s\n", id, plain(limits[id]))
	}
}

// plain writes a figure in full, never with an exponent.
func plain(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
