package plan

import (
	"strings"
	"testing"

	hclv2 "github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
)

// Whatever a name or a value contains, HCL reads it back as it is, evaluates nothing in it, and HashiCorp's writer writes the
// same bytes.
func FuzzHCL(f *testing.F) {
	for _, s := range []string{"", "orders", "a-b", "1a", "${var.x}", "%{ if true }", "$", "$${", "%%{x", "a\nb\r\t\"\\", "größe\u200b",
		"\x00\x07", "\U0001f600\U000e0001", "\xff", "}\n{"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, name, value string) {
		// cty normalizes what it takes (NFC, no broken UTF-8), and so does Terraform when it reads.
		clean := func(s string) string { return cty.StringVal(strings.ToValidUTF8(s, "\ufffd")).AsString() }
		name, value = clean(name), clean(value)
		for _, c := range []struct {
			in   any
			want cty.Value
		}{
			{value, cty.StringVal(value)},
			{[]string{value, name}, cty.TupleVal([]cty.Value{cty.StringVal(value), cty.StringVal(name)})},
			{map[string]string{name: value, "b": name}, cty.ObjectVal(map[string]cty.Value{name: cty.StringVal(value),
				"b": cty.StringVal(name)})},
			{map[string]string{}, cty.EmptyObjectVal},
		} {
			if object, ok := c.in.(map[string]string); ok && name == "b" && len(object) == 1 {
				c.want = cty.ObjectVal(map[string]cty.Value{"b": cty.StringVal(object["b"])})
			}
			text, err := hcl(c.in)
			if err != nil {
				t.Fatal(err)
			}
			got := string(hclwrite.Format([]byte("x = " + text + "\n")))
			want := string(hclwrite.Format([]byte("x = " + string(hclwrite.TokensForValue(c.want).Bytes()) + "\n")))
			if got != want {
				t.Errorf("%q:\ngot  %s\nwant %s", c.in, got, want)
			}
			expr, diags := hclsyntax.ParseExpression([]byte(text), "x", hclStart)
			if diags.HasErrors() {
				t.Errorf("%q: %v", c.in, diags)
				continue
			}
			if read, diags := expr.Value(nil); diags.HasErrors() || !read.RawEquals(c.want) {
				t.Errorf("%q is read as %#v: %v", c.in, read, diags)
			}
		}
	})
}

var hclStart = hclv2.Pos{Line: 1, Column: 1}
