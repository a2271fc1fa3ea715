package catalog

import (
	"errors"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/mskfit/mskfit/internal/yamlfile"
)

// checks collects what is wrong with one file.
type checks struct{ errs []error }

func (c *checks) add(field, format string, args ...any) {
	c.errs = append(c.errs, yamlfile.Invalid(field, format, args...))
}

func (c *checks) err() error { return errors.Join(c.errs...) }

func (c *checks) text(field, value, remedy string) {
	if strings.TrimSpace(value) == "" {
		c.add(field, "missing: %s", remedy)
	}
}

// positive refuses zero too: an absent figure reads as zero.
func (c *checks) positive(field string, value float64) {
	if !(value > 0) || math.IsInf(value, 1) {
		c.add(field, "%v: required, above 0", value)
	}
}

func (c *checks) optionalPositive(field string, value *float64) {
	if value != nil {
		c.positive(field, *value)
	}
}

// ordered refuses a recommendation above the maximum that goes with it.
func (c *checks) ordered(field string, recommended, limit float64, limitField string) {
	if recommended > limit {
		c.add(field, "%v is above %s %v", recommended, limitField, limit)
	}
}

// day refuses what is not a date; partial dates are years and months.
func (c *checks) day(field, value string, partial bool) {
	layouts := []string{time.DateOnly}
	if partial {
		layouts = append(layouts, "2006-01", "2006")
	}
	fits := func(layout string) bool { _, err := time.Parse(layout, value); return err == nil }
	if !slices.ContainsFunc(layouts, fits) {
		c.add(field, "%q is not a date: write it as 2026-01-31", value)
	}
}

// once refuses a name that was seen before.
func (c *checks) once(field, name string, seen map[string]bool) {
	if seen[name] {
		c.add(field, "%q is listed twice: keep one", name)
	}
	seen[name] = true
}

func (c *checks) names(field string, names []string) {
	if len(names) == 0 {
		c.add(field, "missing: list at least one")
	}
	seen := map[string]bool{}
	for i, name := range names {
		at := indexed(field, i)
		c.text(at, name, "write a name or drop the item")
		c.once(at, name, seen)
	}
}

func (c *checks) oneOf(field, value string, allowed ...string) {
	if !slices.Contains(allowed, value) {
		c.add(field, "%q is not supported: use one of %s", value, strings.Join(allowed, ", "))
	}
}
