package catalog

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/mskfit/mskfit/internal/yamlfile"
)

// OverlaySchema names the form of overlay files.
const OverlaySchema = "mskfit/catalog-overlay/v1"

// Overlay is a dated file of prices and quotas that replace those of a catalog, until a catalog with newer ones is
// compiled in. What it does not name stays as it is.
type Overlay struct {
	// Schema is always [OverlaySchema].
	Schema string `yaml:"schema"`
	// WrittenAt is when the file was written; never zero in a file that was read.
	WrittenAt time.Time `yaml:"written_at"`
	// Prices replace those of the catalog; nil: none.
	Prices *OverlayPrices `yaml:"prices"`
	// EarlierPrices are lists of other days or sources, for the prices that Prices does not name.
	EarlierPrices []OverlayPrices `yaml:"earlier_prices"`
	// Quotas replace those of the catalog; nil: none.
	Quotas *OverlayQuotas `yaml:"quotas"`
}

// OverlayPrices is one price list: prices by region code; in a Region, what is nil is not replaced. A region that the catalog
// does not have needs its location and usage type prefix.
type OverlayPrices struct {
	// Date is the day on which the list was published, or from which a contract is.
	Date string `yaml:"date"`
	// Source says in words where the list is from.
	Source string `yaml:"source"`
	// Negotiated prices hold whatever the date and whatever AWS's list says.
	Negotiated bool `yaml:"negotiated"`
	// Regions are by code; what is nil in one is not replaced.
	Regions map[string]Region `yaml:"regions"`
}

// Lists returns all price lists of the overlay, the newest one first; empty: none.
func (o *Overlay) Lists() []OverlayPrices {
	var lists []OverlayPrices
	if o.Prices != nil {
		lists = append(lists, *o.Prices)
	}
	return append(lists, o.EarlierPrices...)
}

// OverlayQuotas are limits by quota id, in the unit that the catalog states the quota in.
type OverlayQuotas struct {
	// Date is the day on which the limits were read (YYYY-MM-DD).
	Date string `yaml:"date"`
	// Source says in words where the limits are from.
	Source string `yaml:"source"`
	// Serverless holds limits by quota id; what is not in it is not replaced.
	Serverless map[string]float64 `yaml:"serverless"`
	// Standard holds limits by quota id; what is not in it is not replaced.
	Standard map[string]float64 `yaml:"standard"`
	// Express holds limits by quota id; what is not in it is not replaced.
	Express map[string]float64 `yaml:"express"`
}

// AppliedOverlay is what became of an overlay.
type AppliedOverlay struct {
	// File is the path as it was given.
	File string
	// WrittenAt is when the file was written.
	WrittenAt time.Time
	// Prices and Quotas say whether anything of that part is in force.
	Prices, Quotas bool
	// Ignored says in words what is not used and why.
	Ignored []string
}

// Tags of the sources that an overlay brings.
const (
	OverlayPriceTag = "O-PRICE"
	OverlayQuotaTag = "O-QUOTA"
)

// DefaultOverlayPath is where a refreshed overlay is written to and looked for: mskfit/catalog-overlay.yaml in the user's
// configuration directory ($XDG_CONFIG_HOME, or ~/.config, on Linux). It fails where there is no such directory.
func DefaultOverlayPath() (string, error) {
	dir, err := os.UserConfigDir()
	if err != nil {
		return "", fmt.Errorf("default path of the catalog overlay: %w: name the file with --overlay", err)
	}
	return filepath.Join(dir, "mskfit", "catalog-overlay.yaml"), nil
}

// InForce returns the embedded catalog with the overlay file applied. With an empty path the overlay is the one in
// the default place, and there is none if no file is there; a file that was named must exist. Only one of the two is used.
func InForce(path string) (*Catalog, error) {
	base, err := Embedded()
	if err != nil {
		return nil, err
	}
	named := path != ""
	if !named {
		if path, err = DefaultOverlayPath(); err != nil {
			return base, nil // without a home there is no default place, and so no overlay
		}
	}
	data, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !named:
		return base, nil
	case err != nil:
		return nil, fmt.Errorf("catalog overlay: %w", err)
	}
	o, err := ReadOverlay(path, data, base)
	if err != nil {
		return nil, err
	}
	c := base.With(path, o)
	if usual, err := DefaultOverlayPath(); named && err == nil && usual != path && exists(usual) {
		c.Overlay.Ignored = append(c.Overlay.Ignored,
			fmt.Sprintf("the default overlay, %s, because another one is set", usual))
	}
	return c, nil
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

// ReadOverlay reads and checks an overlay for the catalog; file names it in problems.
func ReadOverlay(file string, data []byte, base *Catalog) (*Overlay, error) {
	var o Overlay
	err := decode(file, data, &o, func(_ *yamlfile.Document, o *Overlay) error { return o.check(base) })
	if err != nil {
		return nil, err
	}
	return &o, nil
}

func (o *Overlay) check(base *Catalog) error {
	var c checks
	c.oneOf("schema", o.Schema, OverlaySchema)
	if o.WrittenAt.IsZero() {
		c.add("written_at", "missing: write the time, like 2026-01-31T00:00:00Z")
	}
	if o.Prices == nil && o.Quotas == nil && len(o.EarlierPrices) == 0 {
		c.add("", "neither prices nor quotas: write one of them")
	}
	if o.Prices != nil {
		c.overlayPrices("prices", base, o.Prices)
	}
	for i := range o.EarlierPrices {
		c.overlayPrices(indexed("earlier_prices", i), base, &o.EarlierPrices[i])
	}
	if q := o.Quotas; q != nil {
		c.day("quotas.date", q.Date, false)
		c.text("quotas.source", q.Source, "name the source of the quotas")
		c.overlayQuotas("quotas.serverless", base.Serverless.Quotas, q.Serverless)
		c.overlayQuotas("quotas.standard", base.Standard.Quotas, q.Standard)
		c.overlayQuotas("quotas.express", base.Express.Quotas, q.Express)
	}
	return c.err()
}

func (c *checks) overlayPrices(at string, base *Catalog, p *OverlayPrices) {
	c.day(at+".date", p.Date, false)
	c.text(at+".source", p.Source, "name the source of the prices")
	for _, code := range slices.Sorted(maps.Keys(p.Regions)) {
		c.overlayRegion(at+".regions."+code, base, code, p.Regions[code])
	}
}

func (c *checks) overlayRegion(at string, base *Catalog, code string, r Region) {
	if _, known := base.Regions[code]; !known {
		c.text(at+".location", r.Location, "the region is new to the catalog and needs its location")
		c.text(at+".usagetype_prefix", r.UsageTypePrefix, "the region is new to the catalog and needs its prefix")
	}
	if len(r.Rows) > 0 {
		c.add(at+".rows", "not in an overlay: give prices of another source a list of their own under earlier_prices")
	}
	c.regionPrices(base, at, r)
}

func (c *checks) overlayQuotas(at string, known []Quota, limits map[string]float64) {
	for _, id := range slices.Sorted(maps.Keys(limits)) {
		if _, ok := find(known, id); !ok {
			c.add(at+"."+id, "not a quota of the catalog: see mskfit catalog")
		}
		c.positive(at+"."+id, limits[id])
	}
}
