package yamlfile_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/mskfit/mskfit/internal/yamlfile"
)

const located = `name: x
clusters:
  - name: one
    rate: 5

  - name: two
labels:
  log.retention.hours: a
`

func TestLocate(t *testing.T) {
	var f file
	doc, err := yamlfile.Decode("f.yaml", []byte(located), &f)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		err  error
		want string
	}{
		{"written field", yamlfile.Invalid("clusters[0].rate", "is %d, at most 3", 5),
			"f.yaml:4:11: clusters[0].rate: is 5, at most 3"},
		{"missing field stands at its parent", yamlfile.Invalid("clusters[1].rate", "missing"),
			"f.yaml:6:5: clusters[1].rate: missing"},
		{"missing item stands at its list", yamlfile.Invalid("clusters[7].rate", "missing"),
			"f.yaml:3:3: clusters[7].rate: missing"},
		{"missing parents up to the file", yamlfile.Invalid("alerts.slack[0].url", "missing"),
			"f.yaml:1:1: alerts.slack[0].url: missing"},
		{"key with dots", yamlfile.Invalid("labels.log.retention.hours", "is no number"),
			"f.yaml:8:24: labels.log.retention.hours: is no number"},
		{"plain error", errors.New("cannot be"), "f.yaml:1:1: cannot be"},
		{"wrapped", fmt.Errorf("check: %w", yamlfile.Invalid("name", "is taken")), "f.yaml:1:7: name: is taken"},
		{"several, in the order of the file",
			errors.Join(yamlfile.Invalid("labels", "b"), errors.Join(yamlfile.Invalid("name", "a"))),
			"f.yaml:1:7: name: a\nf.yaml:8:3: labels: b"},
		{"under a path", yamlfile.Under("clusters[0]", errors.Join(yamlfile.Invalid("rate", "is odd"), errors.New("is alone"))),
			"f.yaml:3:5: clusters[0]: is alone\nf.yaml:4:11: clusters[0].rate: is odd"},
		{"index under a path", yamlfile.Under("clusters", yamlfile.Invalid("[1]", "is last")), "f.yaml:6:5: clusters[1]: is last"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := doc.Locate(tt.err); got == nil || got.Error() != tt.want {
				t.Errorf("got  %v\nwant %s", got, tt.want)
			}
		})
	}
	if err := doc.Locate(nil); err != nil {
		t.Errorf("Locate(nil) = %v, want nil", err)
	}
	if err := doc.Report(nil); err != nil {
		t.Errorf("Report(nil) = %v, want nil", err)
	}
	if err := yamlfile.Under("x", nil); err != nil {
		t.Errorf("Under(nil) = %v, want nil", err)
	}
}

func TestReportJoinsReadingAndValidation(t *testing.T) {
	invalid := errors.Join(yamlfile.Invalid("name", "missing"), yamlfile.Invalid("ingress", "missing"),
		yamlfile.Invalid("clusters[0].rate", "missing"), yamlfile.Invalid("clusters[0].count", "missing"))
	tests := []struct{ name, text, want string }{
		{"a field that was refused is not called missing", "ingress: 45\nclusters: [{rate: x}]",
			`f.yaml:1:1: name: missing
f.yaml:1:10: ingress: "45" is not a rate: the unit is missing: expected a number and a unit, like 45MBps
f.yaml:2:12: clusters[0].count: missing
f.yaml:2:19: clusters[0].rate: expected a number, found "x"`},
		{"nothing below a field that was refused", "name: x\ningress: 45MBps\nclusters: 1",
			"f.yaml:1:7: name: missing\nf.yaml:2:10: ingress: missing\nf.yaml:3:11: clusters: expected a list, found \"1\""},
		{"nothing at all when nothing was read", "name: [", "f.yaml:1:1: not valid YAML: did not find expected node content"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var f file
			doc, _ := yamlfile.Decode("f.yaml", []byte(tt.text), &f)
			if got := doc.Report(invalid); got == nil || got.Error() != tt.want {
				t.Errorf("got  %v\nwant %s", got, tt.want)
			}
		})
	}
}

func TestProblemsPrintTheFirstFifty(t *testing.T) {
	var text strings.Builder
	for i := range 60 {
		fmt.Fprintf(&text, "unheard_of_%02d: 1\n", i)
	}
	var f file
	_, err := yamlfile.Decode("f.yaml", []byte(text.String()), &f)
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != 51 || lines[50] != "f.yaml: and 10 more problems" {
		t.Errorf("got %d lines, the last one %q", len(lines), lines[len(lines)-1])
	}
}
