package prometheus

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	dto "github.com/prometheus/client_model/go"

	"github.com/mskfit/mskfit/internal/testbed"
)

var update = flag.Bool("update", false, "rewrite docs/metrics.md")

// The daemon that runs here exposes every series that rules and dashboards ask for, and docs/metrics.md lists what it exposes.
func TestSeriesOfARunningDaemon(t *testing.T) {
	d := startDaemon(t)
	rules, dashboards := ruleExpressions(t), dashboardExpressions(t)
	families := exposed(t, d, rules, dashboards)
	for name, expressions := range map[string]map[string]string{"rules": rules, "dashboards": dashboards} {
		t.Run(name, func(t *testing.T) {
			for where, expr := range expressions {
				checkLabels(t, where, expr, families)
			}
		})
	}
	t.Run("every query has an answer", func(t *testing.T) {
		prometheus := testbed.Prometheus(t, testbed.PrometheusOptions{Config: fmt.Sprintf(
			"global: {scrape_interval: 1s}\nscrape_configs: [{job_name: mskfit, static_configs: [{targets: [%q]}]}]\n",
			strings.TrimPrefix(d.URL, "http://"))})
		for where, expr := range dashboards {
			for _, selector := range selectors.FindAllString(filledIn.Replace(expr), -1) {
				d.Await(where+": "+selector+" has a series", readyWithin, func() bool {
					return answers(t, prometheus,
						selector) > 0
				})
			}
			if _, err := query(prometheus, filledIn.Replace(expr)); err != nil {
				t.Errorf("%s: %v", where, err)
			}
		}
	})
	t.Run("reference", func(t *testing.T) {
		want := reference(families)
		if *update {
			if err := os.WriteFile(referenceFile, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if have, err := os.ReadFile(referenceFile); err != nil || !bytes.Equal(have, want) {
			t.Errorf("%s is out of date (error %v): run this test with -update and read the diff", referenceFile, err)
		}
	})
}

var (
	names     = regexp.MustCompile(`\b(?:mskfit|process|go)_[a-z0-9_]+\b`)
	selectors = regexp.MustCompile(`\b(?:mskfit|process|go)_[a-z0-9_]+\b(?:\{[^}]*\})?`)
	labels    = regexp.MustCompile(`([a-z_]+) *(?:=~|!~|!=|=) *"`)
	// filledIn stands for what Grafana fills in.
	filledIn = strings.NewReplacer("$cluster", ".*", "$__rate_interval", "1m")
)

// exposed reads the daemon's page until it has had every metric that the expressions and docs/metrics.md name, and returns all
// that it has had: a series is absent after a collection that failed, so that one page need not have them all.
func exposed(t *testing.T, d daemon, expressions ...map[string]string) map[string]*dto.MetricFamily {
	t.Helper()
	text, err := os.ReadFile(referenceFile)
	if err != nil {
		t.Fatal(err)
	}
	wanted := map[string]string{} // where each is named
	for _, name := range regexp.MustCompile("(?m)^\\| `(mskfit_[a-z0-9_]+)`").FindAllSubmatch(text, -1) {
		wanted[string(name[1])] = "docs/metrics.md; if it is gone from the code, delete its line"
	}
	for _, all := range expressions {
		for where, expr := range all {
			for _, name := range names.FindAllString(expr, -1) {
				wanted[name] = where
			}
		}
	}
	families, parser := map[string]*dto.MetricFamily{}, expfmt.NewTextParser(model.UTF8Validation)
	d.AwaitNil(readyWithin, func() error {
		page, err := parser.TextToMetricFamilies(strings.NewReader(d.metrics()))
		if err != nil {
			t.Fatal(err)
		}
		maps.Copy(families, page)
		var missing []error
		for name, where := range wanted {
			if familyOf(name, families) == nil {
				missing = append(missing, fmt.Errorf("no %s is exposed (%s)", name, where))
			}
		}
		return errors.Join(missing...)
	})
	return families
}

// familyOf returns the metric with a name, or the histogram that has it as a part; nil if there is none.
func familyOf(name string, families map[string]*dto.MetricFamily) *dto.MetricFamily {
	if f := families[name]; f != nil {
		return f
	}
	return families[strings.TrimSuffix(strings.TrimSuffix(name, "_bucket"), "_count")]
}

// checkLabels wants every metric of the expression to have the labels that it is selected by.
func checkLabels(t *testing.T, where, expr string, families map[string]*dto.MetricFamily) {
	t.Helper()
	found := selectors.FindAllString(expr, -1)
	if len(found) == 0 {
		t.Errorf("%s uses no metric: %s", where, expr)
	}
	for _, selector := range found {
		name := names.FindString(selector)
		for _, m := range labels.FindAllStringSubmatch(selector, -1) {
			if !slices.Contains(labelsOf(familyOf(name, families)), m[1]) {
				t.Errorf("%s: %s has no label %s", where, name, m[1])
			}
		}
	}
}

func labelsOf(f *dto.MetricFamily) (out []string) {
	for _, l := range f.Metric[0].Label {
		out = append(out, l.GetName())
	}
	return out
}

// query asks Prometheus and returns how many series answer.
func query(prometheus, expr string) (int, error) {
	resp, err := http.Get(prometheus + "/api/v1/query?query=" + url.QueryEscape(expr))
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return 0, err
	}
	var answer struct {
		Status, Error string
		Data          struct{ Result []any }
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return 0, fmt.Errorf("%s: %w", expr, err)
	}
	if answer.Status != "success" {
		return 0, fmt.Errorf("%s: %s", expr, answer.Error)
	}
	return len(answer.Data.Result), nil
}

func answers(t *testing.T, prometheus, expr string) int {
	t.Helper()
	n, err := query(prometheus, expr)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

const referenceFile = "../../docs/metrics.md"

const referenceHead = `# Metrics

What mskfit serves on ` + "`/metrics`" + ` (port 9444), for Prometheus. Generated from a running daemon; change the text in the code.
The usual ` + "`go_*` and `process_*`" + ` metrics are served too. Alerting rules over these metrics are in
[deployments/prometheus](../deployments/prometheus), Grafana dashboards in [deployments/grafana](../deployments/grafana).

A series that is absent is unknown, not zero.

| metric | type | labels | meaning |
| --- | --- | --- | --- |
`

// reference is docs/metrics.md.
func reference(families map[string]*dto.MetricFamily) []byte {
	var own []string
	for name := range families {
		if strings.HasPrefix(name, "mskfit_") {
			own = append(own, name)
		}
	}
	slices.Sort(own)
	b := bytes.NewBufferString(referenceHead)
	for _, name := range own {
		f := families[name]
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", name, strings.ToLower(f.GetType().String()), strings.Join(labelsOf(f), ", "),
			f.GetHelp())
	}
	return b.Bytes()
}
