package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// hcl writes a string, a list or an object as HCL reads it. A test compares it with HashiCorp's own writer.
func hcl(v any) (string, error) {
	switch v := v.(type) {
	case string:
		return hclString(v), nil
	case []string:
		list := make([]string, len(v))
		for i, s := range v {
			list[i] = hclString(s)
		}
		return "[" + strings.Join(list, ", ") + "]", nil
	case map[string]string:
		if len(v) == 0 {
			return "{}", nil
		}
		var b strings.Builder
		for _, name := range slices.Sorted(maps.Keys(v)) {
			key := name
			if !hclsyntax.ValidIdentifier(name) {
				key = hclString(name)
			}
			fmt.Fprintf(&b, "\n%s = %s", key, hclString(v[name]))
		}
		return "{" + b.String() + "\n}", nil
	}
	return "", fmt.Errorf("%T has no form in HCL here", v)
}

var hclEscapes = map[rune]string{'\n': `\n`, '\r': `\r`, '\t': `\t`, '"': `\"`, '\\': `\\`}

// hclString quotes a string (HCL native syntax, "Quoted Template Expressions"): what would begin a template, ${ or %{, is doubled,
// and what does not print is written by its number.
func hclString(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i, r := range s {
		escaped, known := hclEscapes[r]
		switch {
		case known:
			b.WriteString(escaped)
		case (r == '$' || r == '%') && strings.HasPrefix(s[i+1:], "{"):
			b.WriteString(string(r) + string(r))
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r < 1<<16:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			fmt.Fprintf(&b, `\U%08x`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
