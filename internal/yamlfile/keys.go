package yamlfile

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// fieldsOf maps yaml keys to struct fields; embedded structs with the inline option are flattened.
func fieldsOf(t reflect.Type) map[string][]int {
	out := map[string][]int{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, option, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case !f.IsExported() && !f.Anonymous, name == "-":
		case name != "":
			out[name] = f.Index
		case option == "inline":
			for key, index := range fieldsOf(f.Type) {
				out[key] = append([]int{i}, index...)
			}
		}
	}
	return out
}

// keyName is a key as paths show it: as written, or quoted and shortened when it would garble a line.
func keyName(key string) string {
	if key != "" && len(key) <= maxShown && strings.IndexFunc(key, func(r rune) bool { return !unicode.IsPrint(r) }) < 0 {
		return key
	}
	return strconv.Quote(clip(key, maxShown))
}

// suggestion names the known key nearest to a mistyped one, or lists the keys when none is near and they are few.
func suggestion(key string, fields map[string][]int) string {
	known := make([]string, 0, len(fields))
	for name := range fields {
		known = append(known, name)
	}
	slices.Sort(known)
	best, found := Nearest(key, known)
	switch {
	case found:
		return fmt.Sprintf(": did you mean %q?", best)
	case len(known) <= 12:
		return ": valid keys are " + strings.Join(known, ", ")
	}
	return ""
}

// Nearest returns the known word that a mistyped one most likely stands for: the first one that a third of its letters
// and one more can change it into. It reports false when none is near.
func Nearest(word string, known []string) (nearest string, found bool) {
	if len(word) > 2*maxShown {
		return "", false
	}
	limit := len(word)/3 + 2
	for _, name := range known {
		if dist := distance(word, name); dist < min(limit, len(name)) {
			nearest, found, limit = name, true, dist
		}
	}
	return nearest, found
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
