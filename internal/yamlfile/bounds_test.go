package yamlfile_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/mskfit/mskfit/internal/yamlfile"
)

func TestDecodeIsBounded(t *testing.T) {
	bomb := "any: [&a [x, x, x, x, x, x, x, x, x, x]"
	for from := 'a'; from < 'i'; from++ {
		bomb += ", &" + string(from+1) + " [" + strings.TrimSuffix(strings.Repeat("*"+string(from)+", ", 10), ", ") + "]"
	}
	tests := []struct{ name, text, want string }{
		{"long file", strings.Repeat("#", yamlfile.MaxBytes+1), "f.yaml: is 4194305 bytes long: at most 4194304 are read"},
		{"deep lists", "any: " + strings.Repeat("[", 20_000), "exceeded max depth"},
		{"deep mappings", "any: " + strings.Repeat("{a: ", 20_000), "exceeded max depth"},
		{"aliases that multiply", bomb + "]", "excessive aliasing"},
		{"long key", "? " + strings.Repeat("k", 100_000) + "\n: 1", "unknown key"},
		{"long value", "partitions: " + strings.Repeat("v", 100_000), "expected a whole number"},
		{"long refused text", "ingress: " + strings.Repeat("v", 100_000), "vvvv…"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var f file
			_, err := yamlfile.Decode("f.yaml", []byte(tt.text), &f)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("got %v, want %s", err, tt.want)
			}
			if n := len(err.Error()); n > 4000 {
				t.Errorf("message is %d bytes long", n)
			}
		})
	}
}

// Aliases of a list within typed lists multiply like those of open values, and are counted by the decoder itself.
func TestDecodeCountsAliasedValues(t *testing.T) {
	var into struct {
		Rows [][]string `yaml:"rows"`
	}
	row := "&r [" + strings.Repeat("x,", 2000) + "x]"
	text := "rows: [" + row + strings.Repeat(", *r", 2000) + "]"
	_, err := yamlfile.Decode("f.yaml", []byte(text), &into)
	if err == nil || !strings.Contains(err.Error(), "more than 1048576 values, aliases written out") {
		t.Errorf("got %v, want a bound on values", err)
	}
}

// Whatever the bytes: no panic, and problems that name the file, stand in its order and print cleanly.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{located, "a: &a [*a]", "? [x]\n: y", "<<: *x", "name: \"\x00\"", "\xff\xfe", "items: {a",
		"any: {a: 1, a: 2}",
		"since: 2026-13-01", "labels: {\"a\\nb\": [1]}", "name: !!binary x\npartitions: !!float 1", "---\n---\n",
		"%YAML 9.9\n---\n", "any: 0b_", "port: 0o17",
		"any: !!set {a}", "any: !!timestamp 1", "&a a: *a", "words: [!!null x]", "clusters: [*a, &a {name: x}]"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var v file
		doc, err := yamlfile.Decode("f.yaml", data, &v)
		if err == nil {
			return
		}
		var ps yamlfile.Problems
		if !errors.As(err, &ps) || len(ps) == 0 {
			t.Fatalf("error is %T %v, want Problems", err, err)
		}
		for i, p := range ps {
			if p.File != "f.yaml" || p.Message == "" || !utf8.ValidString(p.Field) || strings.ContainsAny(p.Error(), "\n\x1b") {
				t.Errorf("problem %q does not print cleanly", p.Error())
			}
			if i > 0 && ps[i-1].Line > p.Line {
				t.Errorf("problem on line %d after one on line %d", p.Line, ps[i-1].Line)
			}
		}
		if doc.Report(nil).Error() != err.Error() {
			t.Error("Report(nil) differs from what Decode returned")
		}
	})
}
