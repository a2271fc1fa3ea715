package yamlfile

import (
	"reflect"

	"go.yaml.in/yaml/v3"
)

// Form is how a value is written.
type Form int

// The forms of a value.
const (
	Single Form = iota // a number, a word, true or false
	List
	Mapping
)

// Chooser is a value that can be written in several forms, such as a count or a list of what is counted.
type Chooser interface {
	// Choose returns a pointer to what the form has to be read into. For a form that does not fit it returns nil, and
	// expected says in words what does: "a number or a list".
	Choose(form Form) (into any, expected string)
}

func (d *decoder) choose(path string, n *yaml.Node, c Chooser) {
	form := Single
	switch n.Kind {
	case yaml.MappingNode:
		form = Mapping
	case yaml.SequenceNode:
		form = List
	}
	into, expected := c.Choose(form)
	if into == nil {
		d.fail(path, n, "expected %s, found %s", expected, kindName(n))
		return
	}
	d.value(path, n, reflect.ValueOf(into).Elem())
}
