package yamlfile

import (
	"errors"
	"fmt"
	"strings"
)

// Problem is one thing wrong with a file.
type Problem struct {
	File string
	// Line and Column are 1-based; 0 when the problem has no place (a missing key at the top level has line 1).
	Line, Column int
	// Field is the path of keys, like "clusters[0].name"; empty for the whole file.
	Field string
	// Message says what is wrong and how to fix it.
	Message string
}

// Error returns "file:line:column: field: message".
func (p Problem) Error() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", p.Line, p.Column)
	}
	b.WriteString(": ")
	if p.Field != "" {
		b.WriteString(p.Field + ": ")
	}
	b.WriteString(p.Message)
	return b.String()
}

// Problems is every problem of one file, in the order of the file.
type Problems []Problem

// maxLines bounds what is printed of one file: a file of another kind has a problem on every line.
const maxLines = 50

// Error returns one line a problem, the first 50 of them.
func (ps Problems) Error() string {
	var lines []string
	for _, p := range ps[:min(len(ps), maxLines)] {
		lines = append(lines, p.Error())
	}
	if more := len(ps) - maxLines; more > 0 {
		lines = append(lines, fmt.Sprintf("%s: and %d more problems", ps[0].File, more))
	}
	return strings.Join(lines, "\n")
}

// FieldError is a value that its owner refuses. Field is the path below the value that was validated.
type FieldError struct {
	Field   string
	Message string
}

// Error returns "field: message".
func (e *FieldError) Error() string { return e.Field + ": " + e.Message }

// Invalid returns a FieldError for use by Validate methods. Several are joined with errors.Join.
func Invalid(field, format string, args ...any) error {
	return &FieldError{Field: field, Message: fmt.Sprintf(format, args...)}
}

// Under prefixes the field of every FieldError in err with a path, so that a package can validate its own part
// without knowing where it is. Errors of other kinds become FieldErrors of the path itself.
func Under(path string, err error) error {
	var out []error
	for _, e := range flatten(err) {
		var fe *FieldError
		if errors.As(e, &fe) {
			out = append(out, &FieldError{Field: joinPath(path, fe.Field), Message: fe.Message})
			continue
		}
		out = append(out, &FieldError{Field: path, Message: e.Error()})
	}
	return errors.Join(out...)
}

func flatten(err error) []error {
	if err == nil {
		return nil
	}
	if many, ok := err.(interface{ Unwrap() []error }); ok {
		var out []error
		for _, e := range many.Unwrap() {
			out = append(out, flatten(e)...)
		}
		return out
	}
	return []error{err}
}

func joinPath(path, field string) string {
	switch {
	case field == "":
		return path
	case path == "" || strings.HasPrefix(field, "["):
		return path + field
	}
	return path + "." + field
}
