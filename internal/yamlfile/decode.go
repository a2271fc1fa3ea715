package yamlfile

import (
	"encoding"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

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
