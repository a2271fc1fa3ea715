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
	b.WriteString("# Prices and quotas that replace those compiled into mskfit until a newer version brings newer ones.\n" +
		"# Written by mskfit catalog refresh; you may edit it. What is not named here stays as it is.\n")
	fmt.Fprintf(&b, "schema: %s\nwritten_at: %s\n", OverlaySchema, o.WrittenAt.UTC().Format(time.RFC3339))
	if p := o.Prices; p != nil {
		fmt.Fprintf(&b, "prices:\n  date: %q\n  source: %q\n  regions:\n", p.Date, p.Source)
		for _, code := range slices.Sorted(maps.Keys(p.Regions)) {
			writeRegion(&b, code, p.Regions[code])
		}
	}
	if q := o.Quotas; q != nil {
		fmt.Fprintf(&b, "quotas:\n  date: %q\n  source: %q\n", q.Date, q.Source)
		writeLimits(&b, "serverless", q.Serverless)
		writeLimits(&b, "standard", q.Standard)
		writeLimits(&b, "express", q.Express)
	}
	return b.Bytes()
}

func writeRegion(b *bytes.Buffer, code string, r Region) {
	fmt.Fprintf(b, "    %s:\n", code)
	if r.Location != "" {
		fmt.Fprintf(b, "      location: %q\n", r.Location)
	}
	if r.UsageTypePrefix != "" {
		fmt.Fprintf(b, "      usagetype_prefix: %q\n", r.UsageTypePrefix)
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
		fmt.Fprintf(b, "      %s: {%s}\n", f.key, strings.Join(parts, ", "))
	}
	for _, p := range flatPrices {
		if v := *p.price(&r); v != nil {
			fmt.Fprintf(b, "      %s: %s\n", p.key, plain(*v))
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
