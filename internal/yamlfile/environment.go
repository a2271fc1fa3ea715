package yamlfile

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Defaulter is a struct whose fields start from other values than zero wherever it is in a file: in a list, a map or
// behind a pointer, where a caller cannot fill it in beforehand.
type Defaulter interface{ SetDefaults() }

var variable = regexp.MustCompile(`\$?\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// expanded reads a value with its variables filled in. What is wrong with it is reported the variable, not of what it
// holds: that may be a password.
func (d *decoder) expanded(path string, n *yaml.Node, v reflect.Value) {
	filled := *n
	missing := false
	filled.Value = variable.ReplaceAllStringFunc(n.Value, func(match string) string {
		if strings.HasPrefix(match, "$$") {
			return match[1:]
		}
		name := match[2 : len(match)-1]
		value, ok := d.lookup(name)
		if !ok {
			missing = true
			d.fail(path, n, "the environment variable %s is not set", name)
		}
		return value
	})
	if missing {
		return
	}
	if n.Style == 0 {
		filled.Tag = "" // a plain ${PORT} may hold a number
	}
	before, lookup := len(d.problems), d.lookup
	d.lookup = nil // a value that holds ${ itself is not filled in again
	d.value(path, &filled, v)
	d.lookup = lookup
	for i := range d.problems[before:] {
		d.problems[before+i].Message = fmt.Sprintf("the value of %s is not valid here", n.Value)
	}
}
