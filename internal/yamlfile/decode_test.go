package yamlfile_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

type limits struct {
	Depth int `yaml:"depth"`
}

type item struct {
	Name  string   `yaml:"name"`
	Rate  *float64 `yaml:"rate"`
	Count *int     `yaml:"count"`
}

// items is a count or a list, as topics are in a workload file.
type items struct {
	Count *int
	List  []item
}

func (i *items) Choose(form yamlfile.Form) (any, string) {
	switch form {
	case yamlfile.Single:
		return &i.Count, ""
	case yamlfile.List:
		return &i.List, ""
	}
	return nil, "a number or a list"
}

type file struct {
	limits   `yaml:",inline"`
	Name     string             `yaml:"name"`
	Enabled  *bool              `yaml:"enabled"`
	Partions int                `yaml:"partitions"`
	Port     uint16             `yaml:"port"`
	Factor   float64            `yaml:"factor"`
	Ingress  *workload.ByteRate `yaml:"ingress"`
	Every    time.Duration      `yaml:"every"`
	Since    time.Time          `yaml:"since"`
	Labels   map[string]string  `yaml:"labels"`
	Words    []string           `yaml:"words"`
	Clusters []item             `yaml:"clusters"`
	Items    items              `yaml:"items"`
	Any      any                `yaml:"any"`
	hidden   string
	Skipped  string `yaml:"-"`
	Part     *item  `yaml:"part"`
}

func (f file) String() string { return fmt.Sprintf("%s%s", f.Name, f.hidden) }

func TestDecodeReadsEveryKind(t *testing.T) {
	const text = `
name: 3.10            # text stays as written
depth: 2
enabled: yes
partitions: 1e3
port: 0x10
factor: 1_000.5
ingress: 45MBps
every: 90s
since: 2026-01-31T00:00:00Z
labels: {a.b: "1", c: }
words: [x, 7, true]
clusters:
  - {name: one, rate: 2}
  - name: two
items: [{name: three}]
any: {k: [1]}
`
	var f file
	doc, err := yamlfile.Decode("f.yaml", []byte(text), &f)
	if err != nil {
		t.Fatal(err)
	}
	if f.Ingress == nil || *f.Ingress != 45e6 {
		t.Errorf("ingress = %v, want 45e6", f.Ingress)
	}
	got := fmt.Sprint(f.Name, f.Depth, *f.Enabled, f.Partions, f.Port, f.Factor, f.Every, f.Since.Format(time.DateOnly),
		f.Labels, f.Words, f.Clusters[0].Name, *f.Clusters[0].Rate, f.Clusters[1].Rate, f.Items.List[0].Name, f.Any)
	const want = "3.102 true 1000 16 1000.5 1m30s 2026-01-31 map[a.b:1] [x 7 true]one2<nil>threemap[k:[1]]"
	if squeeze(got) != squeeze(want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	for field, want := range map[string]bool{"name": true, "labels": true, "labels.c": false, "clusters[1].name": true,
		"clusters[1].rate": false, "items[0].name": true, "nothing": false} {
		if got := doc.Has(field); got != want {
			t.Errorf("Has(%q) = %v, want %v", field, got, want)
		}
	}
}

func squeeze(s string) string { return strings.ReplaceAll(s, " ", "") }

func TestDecodeCountOrList(t *testing.T) {
	var f file
	if _, err := yamlfile.Decode("f.yaml", []byte("items: 7"), &f); err != nil || f.Items.Count == nil || *f.Items.Count != 7 {
		t.Errorf("items = %+v, error %v, want count 7", f.Items, err)
	}
}

func TestDecodeProblems(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"unknown key, near", "nmae: x", `f.yaml:1:1: nmae: unknown key: did you mean "name"?`},
		{"unknown key, none near", "clusters:\n  - colour: red",
			"f.yaml:2:5: clusters[0].colour: unknown key: valid keys are count, name, rate"},
		{"unknown key, many known", "zzzzzzzz: 1", "f.yaml:1:1: zzzzzzzz: unknown key"},
		{"untagged and skipped fields are no keys", "hidden: x\nSkipped: y",
			"f.yaml:1:1: hidden: unknown key\nf.yaml:2:1: Skipped: unknown key"},
		{"name of an inlined struct is no key", "limits: {depth: 1}", "f.yaml:1:1: limits: unknown key"},
		{"key twice", "name: a\ndepth: 1\nname: b", "f.yaml:3:1: name: written twice, first on line 1: keep one"},
		{"label twice", "labels:\n  a: 1\n  a: 2", "f.yaml:3:3: labels.a: written twice, first on line 2: keep one"},
		{"text for a whole number", "partitions: many", `f.yaml:1:13: partitions: expected a whole number, found "many"`},
		{"fraction for a whole number", "partitions: 1.5", `f.yaml:1:13: partitions: expected a whole number, found "1.5"`},
		{"too large for a whole number", "partitions: 99999999999999999999",
			`f.yaml:1:13: partitions: expected a whole number, found "99999999999999999999"`},
		{"negative for unsigned", "port: -1", `f.yaml:1:7: port: expected a whole number from 0, found "-1"`},
		{"fraction for unsigned", "port: 1.5", `f.yaml:1:7: port: expected a whole number from 0, found "1.5"`},
		{"infinite", "factor: .inf", `f.yaml:1:9: factor: expected a finite number, found ".inf"`},
		{"not a number", "factor: .nan", `f.yaml:1:9: factor: expected a finite number, found ".nan"`},
		{"quoted number", `partitions: "10"`,
			`f.yaml:1:13: partitions: expected a whole number, found "10": write it without quotes`},
		{"quoted bool", `enabled: 'true'`, `f.yaml:1:10: enabled: expected true or false, found "true": write it without quotes`},
		{"quoted nonsense", `enabled: 'maybe'`, `f.yaml:1:10: enabled: expected true or false, found "maybe"`},
		{"list for a number", "partitions: [1]", "f.yaml:1:13: partitions: expected a whole number, found a list"},
		{"mapping for text", "name: {a: 1}", "f.yaml:1:7: name: expected a value, found keys and values"},
		{"value for a list", "words: one", `f.yaml:1:8: words: expected a list, found "one"`},
		{"value for a mapping", "labels: one", `f.yaml:1:9: labels: expected keys and values, found "one"`},
		{"list for a struct", "clusters: [[1]]", "f.yaml:1:12: clusters[0]: expected keys and values, found a list"},
		{"mapping for text type", "ingress: {a: 1}", "f.yaml:1:10: ingress: expected a single value, found keys and values"},
		{"text type refuses", "ingress: 45MB",
			`f.yaml:1:10: ingress: "45MB" is not a rate: write the unit as MBps or MB/s (10^6 bytes per second) or MiBps or MiB/s (2^20)`},
		{"a duration that is too long", "every: 9999999h",
			`f.yaml:1:8: every: "9999999h" is too long: the longest duration is 292 years`},
		{"bad duration", "every: 5", `f.yaml:1:8: every: "5" is not a duration: write it as 90s, 15m or 72h`},
		{"list for a duration", "every: [5s]", "f.yaml:1:8: every: a list is not a duration: write it as 90s, 15m or 72h"},
		{"bad time", "since: soon", `f.yaml:1:8: since: expected a time like 2026-01-31T00:00:00Z, found "soon"`},
		{"form that does not fit", "items: {a: 1}", "f.yaml:1:8: items: expected a number or a list, found keys and values"},
		{"form that fits, value that does not", "items: few", `f.yaml:1:8: items: expected a whole number, found "few"`},
		{"empty item", "words: [a, ]\nclusters:\n  -\n  - name: x",
			"f.yaml:3:4: clusters[0]: the item is empty: write a value or remove it"},
		{"top level is a list", "- a", "f.yaml:1:1: expected keys and values, found a list"},
		{"top level is a word", "hello", `f.yaml:1:1: expected keys and values, found "hello"`},
		{"two documents", "name: a\n---\nname: b",
			"f.yaml:2:1: a second document starts here: move it to its own file, or remove the line ---"},
		{"syntax", "name: [a", "f.yaml:1:1: not valid YAML: did not find expected ',' or ']'"},
		{"tab", "name: a\n\tdepth: 1", "f.yaml:2:1: not valid YAML: found a tab character that violates indentation"},
		{"syntax in the second document", "name: a\n---\nname: [b", "f.yaml:3:1: not valid YAML: did not find expected ',' or ']'"},
		{"syntax on a later line", "depth: 1\nlabels:\n  a: [b\nname: x\n",
			"f.yaml:3:1: not valid YAML: did not find expected ',' or ']'"},
		{"syntax on the first line", "name: a: b", "f.yaml:1:1: not valid YAML: mapping values are not allowed in this context"},
		{"two values on a later line", "depth: 1\nname: a: b",
			"f.yaml:2:1: not valid YAML: mapping values are not allowed in this context"},
		{"bad indent", "labels:\n    a: 1\n  b: 2\n", "f.yaml:3:1: not valid YAML: did not find expected key"},
		{"unclosed quote", "depth: 1\nname: \"a\n", "f.yaml:2:1: not valid YAML: found unexpected end of stream"},
		{"no text", "name: \x00", "f.yaml: not valid YAML: control characters are not allowed"},
		{"unknown anchor", "name: *x", "f.yaml: not valid YAML: unknown anchor 'x' referenced"},
		{"merge key", "clusters:\n  - &a {name: x}\n  - <<: *a\n    rate: 1",
			"f.yaml:3:5: clusters[1]: merge keys (<<) are not supported: write the keys out"},
		{"list as a key", "labels: {[a]: b}", "f.yaml:1:10: labels: a key must be a word, found a list"},
		{"key that would garble a line", `labels: {"a\nb": [1]}`, `f.yaml:1:18: labels."a\nb": expected a value, found a list`},
		{"alias with a problem points at the anchor", "words: &w [a]\nname: *w",
			"f.yaml:1:8: name: expected a value, found a list"},
		{"alias as a key", "words: [&k name]\n*k : b\nname: c", "f.yaml:3:1: name: written twice, first on line 1: keep one"},
		{"alias of itself", "any: &a [*a]", "f.yaml:1:6: any: anchor 'a' value contains itself"},
		{"open value with a key twice", "any: {a: 1, a: 2}",
			`f.yaml:1:6: any: unmarshal errors: line 1: mapping key "a" already defined at line 1`},
		{"several at once, in the order of the file",
			"enabled: 7\nnmae: x\nclusters:\n  - {name: a, rate: fast}\n  - {nam: b}\nport: 99999",
			`f.yaml:1:10: enabled: expected true or false, found "7"
f.yaml:2:1: nmae: unknown key: did you mean "name"?
f.yaml:4:21: clusters[0].rate: expected a number, found "fast"
f.yaml:5:6: clusters[1].nam: unknown key: did you mean "name"?
f.yaml:6:7: port: expected a whole number from 0, found "99999"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var f file
			_, err := yamlfile.Decode("f.yaml", []byte(tt.text), &f)
			if err == nil {
				t.Fatalf("no error, want %s", tt.want)
			}
			if err.Error() != tt.want {
				t.Errorf("got  %s\nwant %s", err, tt.want)
			}
			var ps yamlfile.Problems
			if !errors.As(err, &ps) {
				t.Errorf("error is a %T, want Problems", err)
			}
		})
	}
}

func TestDecodeWithoutAValue(t *testing.T) {
	for name, text := range map[string]string{"empty": "", "spaces": " \n\n", "comment": "# nothing", "null": "~", "start": "---\n",
		"keys without values": "name:\npartitions:\nwords:\nclusters:\nitems:\nany:\n"} {
		t.Run(name, func(t *testing.T) {
			f := file{Name: "before", Partions: 3}
			doc, err := yamlfile.Decode("f.yaml", []byte(text), &f)
			if err != nil || f.Name != "before" || f.Partions != 3 || doc.Has("name") {
				t.Errorf("got %+v, has name %v, error %v: want everything as it was", f, doc.Has("name"), err)
			}
		})
	}
}

// What is refused must not look like a value to those who validate the rest.
func TestDecodeLeavesRefusedValuesOut(t *testing.T) {
	var f file
	_, err := yamlfile.Decode("f.yaml", []byte("ingress: 45\nfactor: .inf\nlabels: {a: [1], b: x}\nclusters: [{name: one, rate: x}]\npart: {name: two, rate: x}\nname: kept"), &f)
	if err == nil {
		t.Fatal("no error")
	}
	if f.Ingress != nil || f.Factor != 0 || len(f.Labels) != 1 || f.Clusters[0].Rate != nil {
		t.Errorf("refused values were kept: %+v", f)
	}
	if f.Part == nil || f.Part.Name != "two" || f.Part.Rate != nil {
		t.Errorf("of a struct with a bad part, got %+v, want the rest", f.Part)
	}
	if f.Name != "kept" || f.Clusters[0].Name != "one" || f.Labels["b"] != "x" {
		t.Errorf("good values were lost: %+v", f)
	}
}
