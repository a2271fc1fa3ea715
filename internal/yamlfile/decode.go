package yamlfile

import (
	"bytes"
	"encoding"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// MaxBytes is the longest file that Decode reads. The parser needs some hundred bytes of memory for each value, so that a
// longer file is a mistake sooner than a configuration.
const MaxBytes = 4 << 20

// maxValues bounds the values that aliases can make out of a short file.
const maxValues = 1 << 20

// Decode reads data into the struct that into points to; file names it in problems. On problems it returns a Problems
// error along with the Document, and into holds what could be read, so that a caller can validate that part too and report
// everything together (see Document.Report). A file without a value leaves into as it is.
func Decode(file string, data []byte, into any) (*Document, error) {
	return DecodeEnv(file, data, into, nil)
}

// DecodeEnv is Decode for files whose values may name environment variables as ${NAME}: lookup gives a variable's value. A
// variable that is not set is a problem, and no problem shows the value of one that is. $${ stands for ${ itself.
func DecodeEnv(file string, data []byte, into any, lookup func(name string) (string, bool)) (*Document, error) {
	doc := &Document{file: file, at: map[string]position{"": {line: 1, column: 1}}}
	root, problems := parse(file, data)
	if root != nil && len(root.Content) > 0 {
		d := decoder{doc: doc, lookup: lookup}
		d.value("", root.Content[0], reflect.ValueOf(into).Elem())
		problems = append(problems, d.problems...)
	}
	doc.problems = sorted(problems)
	return doc, doc.Report(nil)
}

// parse returns the first document of data, and what keeps it from being the only one.
func parse(file string, data []byte) (*yaml.Node, Problems) {
	if len(data) > MaxBytes {
		return nil, Problems{{File: file, Message: fmt.Sprintf("is %d bytes long: at most %d are read", len(data), MaxBytes)}}
	}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	var root, second yaml.Node
	if err := dec.Decode(&root); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, Problems{syntaxProblem(file, data, err)}
	}
	switch err := dec.Decode(&second); {
	case errors.Is(err, io.EOF):
		return &root, nil
	case err != nil:
		return &root, Problems{syntaxProblem(file, data, err)}
	}
	return &root, Problems{{File: file, Line: second.Line, Column: second.Column,
		Message: "a second document starts here: move it to its own file, or remove the line ---"}}
}

type decoder struct {
	doc      *Document
	lookup   func(name string) (string, bool) // nil: values stand as they are
	problems Problems
	values   int
}

func (d *decoder) fail(path string, n *yaml.Node, format string, args ...any) {
	d.problems = append(d.problems, Problem{File: d.doc.file, Line: n.Line, Column: n.Column, Field: path,
		Message: clip(fmt.Sprintf(format, args...), maxMessage)})
}

var (
	textType     = reflect.TypeFor[encoding.TextUnmarshaler]()
	chooserType  = reflect.TypeFor[Chooser]()
	timeType     = reflect.TypeFor[time.Time]()
	durationType = reflect.TypeFor[time.Duration]()
)

func (d *decoder) value(path string, n *yaml.Node, v reflect.Value) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if d.values++; d.values > maxValues {
		if d.values == maxValues+1 {
			d.fail(path, n, "more than %d values, aliases written out: the rest is not read", maxValues)
		}
		return
	}
	d.doc.at[path] = position{line: n.Line, column: n.Column, empty: isNull(n)}
	if isNull(n) {
		return
	}
	if d.lookup != nil && n.Kind == yaml.ScalarNode && strings.Contains(n.Value, "${") {
		d.expanded(path, n, v)
		return
	}
	switch p := reflect.PointerTo(v.Type()); {
	case v.Kind() == reflect.Pointer:
		d.pointer(path, n, v)
	case p.Implements(chooserType):
		d.choose(path, n, v.Addr().Interface().(Chooser))
	case p.Implements(textType) && v.Type() != timeType:
		d.text(path, n, v)
	case v.Type() == durationType:
		d.duration(path, n, v)
	case v.Kind() == reflect.Struct && v.Type() != timeType:
		d.object(path, n, v)
	case v.Kind() == reflect.Map:
		d.mapping(path, n, v)
	case v.Kind() == reflect.Slice:
		d.list(path, n, v)
	default:
		d.scalar(path, n, v)
	}
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

// pointer leaves v nil when its value is refused, so that it does not look like one that somebody wrote. What is wrong
// within a struct, a list or a map is left out there, and the rest of it is kept.
func (d *decoder) pointer(path string, n *yaml.Node, v reflect.Value) {
	fresh := reflect.New(v.Type().Elem())
	if d.accepts(path, n, fresh.Elem()) {
		v.Set(fresh)
	}
}

// accepts reads a value and reports whether the value itself, apart from its parts, was taken.
func (d *decoder) accepts(path string, n *yaml.Node, v reflect.Value) bool {
	before := len(d.problems)
	d.value(path, n, v)
	return !slices.ContainsFunc(d.problems[before:], func(p Problem) bool { return p.Field == path })
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
	if n.Kind != yaml.ScalarNode {
		d.fail(path, n, "%s is not a duration: write it as 90s, 15m or 72h", kindName(n))
		return
	}
	t, err := ParseDuration(n.Value)
	if err != nil {
		d.fail(path, n, "%v", err)
		return
	}
	v.SetInt(int64(t))
}

func (d *decoder) object(path string, n *yaml.Node, v reflect.Value) {
	if fresh, ok := v.Addr().Interface().(Defaulter); ok && v.IsZero() {
		fresh.SetDefaults()
	}
	fields := fieldsOf(v.Type())
	d.entries(path, n, func(key, at string, kn, vn *yaml.Node) {
		index, ok := fields[key]
		if !ok {
			d.fail(at, kn, "unknown key%s", suggestion(key, fields))
			return
		}
		d.value(at, vn, v.FieldByIndex(index))
	})
}

func (d *decoder) mapping(path string, n *yaml.Node, v reflect.Value) {
	if v.IsNil() && n.Kind == yaml.MappingNode {
		v.Set(reflect.MakeMap(v.Type()))
	}
	d.entries(path, n, func(key, at string, _, vn *yaml.Node) {
		item := reflect.New(v.Type().Elem()).Elem()
		if d.accepts(at, vn, item) && d.doc.Has(at) {
			v.SetMapIndex(reflect.ValueOf(key).Convert(v.Type().Key()), item)
		}
	})
}

// entries walks the keys of a mapping, and reports those that are there twice or are no keys.
func (d *decoder) entries(path string, n *yaml.Node, each func(key, at string, kn, vn *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		d.fail(path, n, "expected keys and values, found %s", kindName(n))
		return
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		kn, vn := n.Content[i], n.Content[i+1]
		if kn.Kind == yaml.AliasNode {
			kn = kn.Alias
		}
		at := joinPath(path, keyName(kn.Value))
		line, twice := seen[kn.Value]
		switch {
		case kn.Kind != yaml.ScalarNode:
			d.fail(path, kn, "a key must be a word, found %s", kindName(kn))
		case kn.Tag == "!!merge":
			d.fail(path, kn, "merge keys (<<) are not supported: write the keys out")
		case twice:
			d.fail(at, kn, "written twice, first on line %d: keep one", line)
		default:
			seen[kn.Value] = kn.Line
			each(kn.Value, at, kn, vn)
		}
	}
}

func (d *decoder) list(path string, n *yaml.Node, v reflect.Value) {
	if n.Kind != yaml.SequenceNode {
		d.fail(path, n, "expected a list, found %s", kindName(n))
		return
	}
	items := reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content))
	for i, item := range n.Content {
		at := fmt.Sprintf("%s[%d]", path, i)
		d.value(at, item, items.Index(i))
		if isNull(item) {
			d.fail(at, item, "the item is empty: write a value or remove it")
		}
	}
	v.Set(items)
}
