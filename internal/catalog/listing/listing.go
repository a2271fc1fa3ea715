package listing

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/texttable"
)

// Listing is a catalog as tables, with the prices of one region.
type Listing struct {
	Head   []string
	Tables []Table
}

// Of lists the catalog with the prices of the region.
func Of(c *catalog.Catalog, region catalog.Region) Listing {
	l := Listing{Head: head(c, region)}
	l.Tables = append(l.Tables,
		quotas("Serverless quotas, per cluster unless they say otherwise", c.Serverless.Quotas),
		topicConfigs(c.Serverless),
		quotas("Standard quotas", c.Standard.Quotas),
		standardSizes(c.Standard, region),
		quotas("Express quotas", c.Express.Quotas),
		expressSizes(c.Express, region),
		versions(c),
		prices(c, region),
		profiles(c),
		unverified(c),
		sources(c))
	return l
}

// Text returns the listing for a terminal of Width columns.
func (l Listing) Text() string {
	var b strings.Builder
	for _, line := range l.Head {
		b.WriteString(line + "\n")
	}
	for _, t := range l.Tables {
		t.text(&b)
	}
	return b.String()
}

// Markdown returns the listing for a page.
func (l Listing) Markdown() string {
	var b strings.Builder
	b.WriteString("# mskfit catalog\n\n")
	for _, line := range l.Head {
		b.WriteString("- " + strings.Join(strings.Fields(line), " ") + "\n")
	}
	for _, t := range l.Tables {
		t.markdown(&b)
	}
	return b.String()
}

func head(c *catalog.Catalog, region catalog.Region) []string {
	oldest, newest := region.PricesBetween()
	lines := []string{
		"quotas   " + c.QuotasDate + "  the newest source behind them; each row names its own",
		fmt.Sprintf("prices   %s  %s, %s; USD, on demand", cmp.Or(oldest, "unknown date"), region.Code, region.Location),
	}
	if oldest != newest {
		lines = append(lines, "         the oldest of them; the newest are of "+newest)
	}
	o := c.Overlay
	if o == nil {
		return append(lines, "overlay  none")
	}
	lines = append(lines, "overlay  "+o.WrittenAt.UTC().Format("2006-01-02 15:04 UTC")+"  "+o.File)
	for _, why := range o.Ignored {
		lines = append(lines, "         not used: "+why)
	}
	return lines
}

// marked adds the sign of what no document confirms.
func marked(source string, unverified bool) string {
	if unverified {
		return source + " unverified"
	}
	return source
}

func unverified(c *catalog.Catalog) Table {
	t := Table{Title: "Unverified: no document confirms these"}
	for _, g := range noteGroups(c) {
		for _, n := range g.notes {
			if n.Unverified {
				t.Notes = append(t.Notes, fmt.Sprintf("%s: %s [%s]", g.name, n.Fact, n.Source))
			}
		}
	}
	return t
}

type noteGroup struct {
	name  string
	notes []catalog.Note
}

func noteGroups(c *catalog.Catalog) []noteGroup {
	return []noteGroup{{"serverless", c.Serverless.Notes}, {"standard", c.Standard.Notes}, {"express", c.Express.Notes},
		{"prices", c.PriceNotes}}
}

func profiles(c *catalog.Catalog) Table {
	t := Table{Title: "Sizing profiles", Columns: texttable.Columns("profile", "what it does")}
	for _, name := range slices.Sorted(maps.Keys(c.Profiles)) {
		p := c.Profiles[name]
		t.Rows = append(t.Rows, []string{name, fmt.Sprintf("%s [%s]", p.Description, p.Source)})
		for _, n := range p.Corrections {
			t.Notes = append(t.Notes, fmt.Sprintf("%s: %s [%s]", name, n.Fact, marked(n.Source, n.Unverified)))
		}
	}
	return t
}

func sources(c *catalog.Catalog) Table {
	t := Table{Title: "Sources", Columns: texttable.Columns("tag", "date", "source")}
	for _, tag := range slices.Sorted(maps.Keys(c.Sources)) {
		date := c.SourceDates[tag]
		if date == "" {
			date = "not shown"
		}
		t.Rows = append(t.Rows, []string{tag, date, c.Sources[tag]})
	}
	return t
}
