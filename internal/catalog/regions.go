package catalog

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/mskfit/mskfit/internal/yamlfile"
)

// Region returns the prices of the region. The error of a region that is not there names those near it, or all where
// none is near.
func (c *Catalog) Region(code string) (Region, error) {
	if r, ok := c.Regions[code]; ok {
		return r, nil
	}
	codes := slices.Sorted(maps.Keys(c.Regions))
	hint := "known are " + strings.Join(codes, ", ")
	if near := nearest(code, codes, 3); len(near) > 0 {
		hint = "near it are " + strings.Join(near, ", ")
	}
	return Region{}, fmt.Errorf("region %q: not among the %d regions of the prices of %s; %s", code, len(codes), c.PricesDate, hint)
}

// nearest lists at most n of the known words that a mistyped one may mean, the likeliest first.
func nearest(word string, known []string, n int) []string {
	var near []string
	for left := slices.Clone(known); len(near) < n; {
		name, found := yamlfile.Nearest(word, left)
		if !found {
			break
		}
		near = append(near, name)
		left = slices.DeleteFunc(left, func(s string) bool { return s == name })
	}
	return near
}
