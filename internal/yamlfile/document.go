package yamlfile

import (
	"errors"
	"slices"
	"strings"
)

// Document is a file that was read: it knows where every field stands.
type Document struct {
	file string
	at   map[string]position
}

type position struct{ line, column int }

// Has reports whether the file wrote the field at all, so that an empty list can be told from an absent one.
func (d *Document) Has(field string) bool {
	_, ok := d.at[field]
	return ok
}

// Locate turns the errors of a Validate method into the file's problems. It returns nil for a nil err.
func (d *Document) Locate(err error) error {
	var ps Problems
	for _, e := range flatten(err) {
		var fe *FieldError
		if !errors.As(e, &fe) {
			fe = &FieldError{Message: e.Error()}
		}
		ps = append(ps, d.problem(fe.Field, fe.Message))
	}
	if len(ps) == 0 {
		return nil
	}
	return sorted(ps)
}

// problem places a message at its field, or at the nearest written parent of a field that is missing.
func (d *Document) problem(field, message string) Problem {
	p := Problem{File: d.file, Field: field, Message: message}
	for path := field; ; path = parent(path) {
		if at, ok := d.at[path]; ok {
			p.Line, p.Column = at.line, at.column
			return p
		}
		if path == "" {
			p.Line, p.Column = 1, 1
			return p
		}
	}
}

func parent(path string) string {
	return path[:max(strings.LastIndexByte(path, '.'), strings.LastIndexByte(path, '['), 0)]
}

func sorted(ps Problems) Problems {
	slices.SortStableFunc(ps, func(a, b Problem) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Column - b.Column
	})
	return ps
}
