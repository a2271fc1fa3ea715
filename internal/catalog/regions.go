package catalog

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Region returns the prices of the region. The error of a region that is not there names those near it.
func (c *Catalog) Region(code string) (Region, error) {
	if r, ok := c.Regions[code]; ok {
		return r, nil
	}
	return Region{}, fmt.Errorf("region %q: not among the %d regions of the prices of %s; near it are %s",
		code, len(c.Regions), c.PricesDate, strings.Join(c.near(code, 3), ", "))
}

// near lists the n codes with the fewest edits from the code, ties in the order of the alphabet.
func (c *Catalog) near(code string, n int) []string {
	codes := slices.Sorted(maps.Keys(c.Regions))
	slices.SortStableFunc(codes, func(a, b string) int { return cmp.Compare(edits(code, a), edits(code, b)) })
	return codes[:min(n, len(codes))]
}

// edits is the Levenshtein distance: us-est-1 is one edit from us-east-1.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
