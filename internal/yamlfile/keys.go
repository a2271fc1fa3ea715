package yamlfile

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// fieldsOf maps yaml keys to struct fields; embedded structs with the inline option are flattened.
func fieldsOf(t reflect.Type) map[string][]int {
	out := map[string][]int{}
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		if !f.IsExported() || name == "" || name == "-" {
			continue
		}
		out[name] = f.Index
	}
	return out
}

// suggestion names the known key nearest to a mistyped one, or lists the keys when none is near and they are few.
func suggestion(key string, fields map[string][]int) string {
	known := make([]string, 0, len(fields))
	for name := range fields {
		known = append(known, name)
	}
	slices.Sort(known)
	best, bestDistance := "", len(key)/3+2
	for _, name := range known {
		if dist := distance(key, name); dist < bestDistance {
			best, bestDistance = name, dist
		}
	}
	switch {
	case best != "":
		return fmt.Sprintf(": did you mean %q?", best)
	case len(known) <= 12:
		return ": known here are " + strings.Join(known, ", ")
	}
	return ""
}

// distance is the Levenshtein distance of two short keys.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		previous := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			previous, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, previous+cost)
		}
	}
	return row[len(b)]
}
