// Package yamlfile reads YAML strictly and reports every problem of a file at once, each with file, line, column, field
// and remedy. Start with [Decode]; a package that validates its own values returns [Invalid] errors, and
// [Document.Locate] turns their field paths into positions.
//
// A key that no field takes is a problem, as is a key written twice or a value of the wrong kind. Fields are matched by
// their yaml tag. Types with UnmarshalText read scalars themselves. YAML's merge keys are not supported.
package yamlfile

import (
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Problem is one thing wrong with a file.
type Problem struct {
	File string
	// Line and Column are 1-based; 0 when the problem has no place (a missing key at the top level has line 1).
	Line, Column int
	// Field is the path of keys, like "clusters[0].name"; empty for the whole file.
	Field string
	// Message says what is wrong and how to mend it.
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

// Error returns one line a problem.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Error()
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
// without knowing where it stands. Errors of other kinds become FieldErrors of the path itself.
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

// Decode reads data into the struct that into points to; file names it in problems. On problems it returns a Problems
// error along with the Document, and into holds what could be read, so that a caller can validate that part too and report
// everything together.
func Decode(file string, data []byte, into any) (*Document, error) {
	doc := &Document{file: file, at: map[string]position{"": {1, 1}}}
	var root yaml.Node
	if err := yaml.Unmarshal(data, &root); err != nil {
		return doc, Problems{syntaxProblem(file, err)}
	}
	if len(root.Content) == 0 {
		return doc, nil
	}
	d := decoder{doc: doc}
	d.value("", root.Content[0], reflect.ValueOf(into).Elem())
	if len(d.problems) > 0 {
		return doc, sorted(d.problems)
	}
	return doc, nil
}

// syntaxProblem takes the line out of the parser's "yaml: line 3: did not find …".
func syntaxProblem(file string, err error) Problem {
	message := strings.TrimPrefix(err.Error(), "yaml: ")
	p := Problem{File: file, Message: "not valid YAML: " + message}
	rest, found := strings.CutPrefix(message, "line ")
	number, what, ok := strings.Cut(rest, ": ")
	if line, convErr := strconv.Atoi(number); found && ok && convErr == nil {
		p.Line, p.Column, p.Message = line, 1, "not valid YAML: "+what
	}
	return p
}

type decoder struct {
	doc      *Document
	problems Problems
}

func (d *decoder) fail(path string, n *yaml.Node, format string, args ...any) {
	d.problems = append(d.problems, Problem{File: d.doc.file, Line: n.Line, Column: n.Column, Field: path,
		Message: fmt.Sprintf(format, args...)})
}

var (
	textType     = reflect.TypeFor[encoding.TextUnmarshaler]()
	timeType     = reflect.TypeFor[time.Time]()
	durationType = reflect.TypeFor[time.Duration]()
)

func (d *decoder) value(path string, n *yaml.Node, v reflect.Value) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	d.doc.at[path] = position{n.Line, n.Column}
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return
	}
	if v.Kind() == reflect.Pointer {
		fresh := reflect.New(v.Type().Elem())
		before := len(d.problems)
		d.value(path, n, fresh.Elem())
		if len(d.problems) == before {
			v.Set(fresh)
		}
		return
	}
	if reflect.PointerTo(v.Type()).Implements(textType) && v.Type() != timeType {
		d.text(path, n, v)
		return
	}
	switch {
	case v.Type() == durationType:
		d.duration(path, n, v)
	case v.Kind() == reflect.Struct && v.Type() != timeType:
		d.object(path, n, v)
	case v.Kind() == reflect.Map:
		d.mapping(path, n, v)
	case v.Kind() == reflect.Slice:
		d.list(path, n, v)
	case v.Kind() == reflect.Interface:
		d.scalar(path, n, v)
	default:
		d.scalar(path, n, v)
	}
}

func (d *decoder) text(path string, n *yaml.Node, v reflect.Value) {
	if n.Kind != yaml.ScalarNode {
		d.fail(path, n, "expected a single value, found %s", kindName(n))
		return
	}
	if err := v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(n.Value)); err != nil {
		d.fail(path, n, "%v", err)
	}
}

func (d *decoder) duration(path string, n *yaml.Node, v reflect.Value) {
	t, err := time.ParseDuration(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil {
		d.fail(path, n, "%q is not a duration: write it as 90s, 15m or 72h", n.Value)
		return
	}
	v.SetInt(int64(t))
}

func (d *decoder) object(path string, n *yaml.Node, v reflect.Value) {
	if n.Kind != yaml.MappingNode {
		d.fail(path, n, "expected keys and values, found %s", kindName(n))
		return
	}
	fields := fieldsOf(v.Type())
	d.entries(path, n, func(key string, kn, vn *yaml.Node) {
		index, ok := fields[key]
		if !ok {
			d.fail(joinPath(path, key), kn, "unknown key%s", suggestion(key, fields))
			return
		}
		d.value(joinPath(path, key), vn, v.FieldByIndex(index))
	})
}

func (d *decoder) mapping(path string, n *yaml.Node, v reflect.Value) {
	if n.Kind != yaml.MappingNode {
		d.fail(path, n, "expected keys and values, found %s", kindName(n))
		return
	}
	if v.IsNil() {
		v.Set(reflect.MakeMap(v.Type()))
	}
	d.entries(path, n, func(key string, kn, vn *yaml.Node) {
		item := reflect.New(v.Type().Elem()).Elem()
		d.value(joinPath(path, key), vn, item)
		v.SetMapIndex(reflect.ValueOf(key).Convert(v.Type().Key()), item)
	})
}

// entries walks the keys of a mapping and reports those that stand twice.
func (d *decoder) entries(path string, n *yaml.Node, each func(key string, kn, vn *yaml.Node)) {
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		kn, vn := n.Content[i], n.Content[i+1]
		if line, twice := seen[kn.Value]; twice {
			d.fail(joinPath(path, kn.Value), kn, "written twice, first on line %d: keep one", line)
			continue
		}
		seen[kn.Value] = kn.Line
		each(kn.Value, kn, vn)
	}
}

func (d *decoder) list(path string, n *yaml.Node, v reflect.Value) {
	if n.Kind != yaml.SequenceNode {
		d.fail(path, n, "expected a list, found %s", kindName(n))
		return
	}
	items := reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content))
	for i, item := range n.Content {
		d.value(fmt.Sprintf("%s[%d]", path, i), item, items.Index(i))
	}
	v.Set(items)
}

func (d *decoder) scalar(path string, n *yaml.Node, v reflect.Value) {
	if n.Kind != yaml.ScalarNode && v.Kind() != reflect.Interface {
		d.fail(path, n, "expected %s, found %s", wanted(v), kindName(n))
		return
	}
	if v.Kind() == reflect.String && n.Tag != "!!str" && n.Kind == yaml.ScalarNode {
		v.SetString(n.Value)
		return
	}
	if err := n.Decode(v.Addr().Interface()); err != nil {
		d.fail(path, n, "expected %s, found %q", wanted(v), n.Value)
	}
}

func wanted(v reflect.Value) string {
	switch v.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return "a whole number"
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return "a whole number from 0"
	case reflect.Float32, reflect.Float64:
		return "a number"
	case reflect.String:
		return "text"
	}
	if v.Type() == timeType {
		return "a time like 2026-01-31T00:00:00Z"
	}
	return "a value"
}

func kindName(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "keys and values"
	case yaml.SequenceNode:
		return "a list"
	}
	return strconv.Quote(n.Value)
}

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
