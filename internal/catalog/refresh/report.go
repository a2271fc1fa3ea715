package refresh

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/mskfit/mskfit/internal/catalog"
)

// Report is what a refresh found, for people.
type Report struct {
	Result
	// InForce is the catalog before, Next the one with the new overlay.
	InForce, Next *catalog.Catalog
}

// listed is how many lines of what was kept or left out are shown.
const listed = 20

// Text returns the report for a terminal: what changed first, then what was kept, left out or doubted.
func (r Report) Text() string {
	var b strings.Builder
	if p := r.Prices; p != nil {
		fmt.Fprintf(&b, "prices   %s  %d products on %d pages, %d regions\n", p.Date, p.Products, p.Pages, len(p.Regions))
	}
	if q := r.Quotas; q != nil {
		fmt.Fprintf(&b, "quotas   %s  %d limits of the account\n", r.QuotaRegion, len(q.Standard))
	}
	if r.QuotasNotRead != "" {
		fmt.Fprintf(&b, "quotas   not read: %s\n", r.QuotasNotRead)
	}
	r.changes(&b)
	if p := r.Prices; p != nil {
		list(&b, "Not read: their prices are unchanged", p.Missed)
		list(&b, "Unchanged: AWS's price list does not have them", Kept(p, r.InForce))
		list(&b, "Skipped: the catalog has no entry for them", p.Unknown)
		list(&b, "Skipped: they could not be read", p.Unreadable)
	}
	if q := r.Quotas; q != nil {
		list(&b, "Unchanged: Service Quotas does not list them", q.Missing)
	}
	return b.String()
}

func (r Report) changes(b *strings.Builder) {
	var rows [][2]string
	fresh := r.newRegions()
	for _, c := range catalog.Diff(r.InForce, r.Next) {
		region, _, _ := strings.Cut(c.Key, " ")
		if !fresh[region] {
			rows = append(rows, [2]string{c.Key, change(c)})
		}
	}
	for _, code := range slices.Sorted(maps.Keys(fresh)) {
		region := r.Next.Regions[code]
		rows = append(rows, [2]string{code, fmt.Sprintf("new: %s, %d prices", region.Location, len(region.Prices()))})
	}
	if len(rows) == 0 {
		b.WriteString("\nNothing changed.\n")
		return
	}
	fmt.Fprintf(b, "\nChanged (%d)\n", len(rows))
	width := 0
	for _, row := range rows {
		width = max(width, utf8.RuneCountInString(row[0]))
	}
	for _, row := range rows {
		fmt.Fprintf(b, "  %-*s  %s\n", width, row[0], row[1])
	}
}

func (r Report) newRegions() map[string]bool {
	codes := map[string]bool{}
	for code := range r.Next.Regions {
		if _, known := r.InForce.Regions[code]; !known {
			codes[code] = true
		}
	}
	return codes
}

// change writes a change: "0.21 → 0.22 (+4.8 %)", "none → 0.11".
func change(c catalog.Change) string {
	s := figure(c.Old) + " → " + figure(c.New)
	if c.Old != nil && c.New != nil {
		s += fmt.Sprintf(" (%+.1f %%)", (*c.New / *c.Old - 1)*100)
	}
	return s
}

func figure(v *float64) string {
	if v == nil {
		return "none"
	}
	return strconv.FormatFloat(*v, 'f', -1, 64)
}

func list(b *strings.Builder, title string, items []string) {
	if len(items) == 0 {
		return
	}
	fmt.Fprintf(b, "\n%s (%d)\n", title, len(items))
	for _, item := range items[:min(len(items), listed)] {
		b.WriteString("  " + item + "\n")
	}
	if more := len(items) - listed; more > 0 {
		fmt.Fprintf(b, "  and %d more\n", more)
	}
}
