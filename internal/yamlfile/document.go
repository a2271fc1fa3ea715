package yamlfile

import (
	"errors"
	"slices"
	"strings"
)

// Document is a file that was read: it knows where every field is.
type Document struct {
	file     string
	at       map[string]position
	problems Problems
}

type position struct {
	line, column int
	empty        bool // the key has no value
}

// Has reports whether the file wrote a value for the field, so that an empty list can be distinguished from an absent one. A key
// without a value is absent.
func (d *Document) Has(field string) bool {
	at, ok := d.at[field]
	return ok && !at.empty
}

// Locate turns the errors of a Validate method into the file's problems. It returns nil for a nil err.
func (d *Document) Locate(err error) error {
	return asError(d.located(err))
}

// Report joins what Decode found with the errors of a Validate method, in the order of the file, and returns nil when there
// is neither. What validation says of a field that could not be read in the first place is left out, since it saw a value
// that no one wrote; so is all that it says when nothing of the file could be read.
func (d *Document) Report(err error) error {
	nothingRead := len(d.problems) > 0 && len(d.at) == 1
	if err == nil || nothingRead {
		return asError(d.problems)
	}
	unread := map[string]bool{}
	for _, p := range d.problems {
		unread[p.Field] = p.Field != ""
	}
	all := slices.Clone(d.problems)
	for _, p := range d.located(err) {
		if !within(unread, p.Field) {
			all = append(all, p)
		}
	}
	return asError(sorted(all))
}

// within reports whether the field, or something that it is part of, is in the set.
func within(set map[string]bool, field string) bool {
	for path := field; path != ""; path = parent(path) {
		if set[path] {
			return true
		}
	}
	return false
}

func asError(ps Problems) error {
	if len(ps) == 0 {
		return nil
	}
	return ps
}

func (d *Document) located(err error) Problems {
	var ps Problems
	for _, e := range flatten(err) {
		var fe *FieldError
		if !errors.As(e, &fe) {
			fe = &FieldError{Message: e.Error()}
		}
		ps = append(ps, d.problem(fe.Field, fe.Message))
	}
	return sorted(ps)
}

// problem places a message at its field, or at the nearest written parent of a field that is missing.
func (d *Document) problem(field, message string) Problem {
	p := Problem{File: d.file, Field: field, Message: clip(message, maxMessage)}
	for path := field; ; path = parent(path) {
		if at, ok := d.at[path]; ok {
			p.Line, p.Column = at.line, at.column
			return p
		}
	}
}

// parent drops the last key or index of a path; the parent of a single key is the whole file, "".
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
