package yamlfile

import (
	"math"
	"reflect"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxShown and maxMessage bound how much of a file's own text a message repeats, in runes.
const (
	maxShown   = 60
	maxMessage = 600
)

func (d *decoder) scalar(path string, n *yaml.Node, v reflect.Value) {
	switch {
	case v.Kind() == reflect.Interface:
		d.anything(path, n, v)
	case n.Kind != yaml.ScalarNode:
		d.fail(path, n, "expected %s, found %s", wanted(v), kindName(n))
	case v.Kind() == reflect.String:
		v.SetString(n.Value) // as written: a version 3.10 is not the number 3.1
	case n.Decode(v.Addr().Interface()) != nil, truncated(n, v):
		v.SetZero()
		d.fail(path, n, "expected %s, found %s%s", wanted(v), kindName(n), quotedHint(n, v))
	case v.CanFloat() && (math.IsNaN(v.Float()) || math.IsInf(v.Float(), 0)):
		v.SetZero()
		d.fail(path, n, "expected a finite number, found %s", kindName(n))
	}
}

// anything reads a value whose form the type leaves open, with the parser's own checks (keys written twice, aliases that
// contain themselves).
func (d *decoder) anything(path string, n *yaml.Node, v reflect.Value) {
	if err := n.Decode(v.Addr().Interface()); err != nil {
		v.SetZero()
		d.fail(path, n, "%s", strings.Join(strings.Fields(strings.TrimPrefix(err.Error(), "yaml: ")), " "))
	}
}

// truncated reports whether the parser cut a fraction off: it reads 1.5 into an int as 1.
func truncated(n *yaml.Node, v reflect.Value) bool {
	if n.Tag != "!!float" || !v.CanInt() && !v.CanUint() {
		return false
	}
	f, err := strconv.ParseFloat(strings.ReplaceAll(n.Value, "_", ""), 64)
	return err != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53
}

// quotedHint helps with `partitions: "10"`.
func quotedHint(n *yaml.Node, v reflect.Value) string {
	if n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) == 0 {
		return ""
	}
	bare := yaml.Node{Kind: yaml.ScalarNode, Value: n.Value}
	if bare.Decode(reflect.New(v.Type()).Interface()) != nil {
		return ""
	}
	return ": write it without quotes"
}

func wanted(v reflect.Value) string {
	switch {
	case v.Type() == timeType:
		return "a time like 2026-01-31T00:00:00Z"
	case v.Kind() == reflect.Bool:
		return "true or false"
	case v.CanInt():
		return "a whole number"
	case v.CanUint():
		return "a whole number from 0"
	case v.CanFloat():
		return "a number"
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
	return strconv.Quote(clip(n.Value, maxShown))
}

// clip shortens s to n runes and marks the cut.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := range s {
		if n--; n < 0 {
			return s[:i] + "…"
		}
	}
	return s
}
