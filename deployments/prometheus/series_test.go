package prometheus

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	dto "github.com/prometheus/client_model/go"
	"go.yaml.in/yaml/v3"

	"github.com/mskfit/mskfit/internal/testbed"
)

var update = flag.Bool("update", false, "rewrite docs/metrics.md")

// The daemon that runs here exposes every series that rules and dashboards ask for, and docs/metrics.md lists what it exposes.
func TestSeriesOfARunningDaemon(t *testing.T) {
	d := startDaemon(t)
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(d.metrics()))
	if err != nil {
		t.Fatal(err)
	}
	t.Run("rules", func(t *testing.T) {
		for where, expr := range ruleExpressions(t) {
			checkNames(t, where, expr, families)
		}
	})
	t.Run("dashboards", func(t *testing.T) {
		for where, expr := range dashboardExpressions(t) {
			checkNames(t, where, expr, families)
		}
	})
	t.Run("every query has an answer", func(t *testing.T) {
		prometheus := testbed.Prometheus(t, testbed.PrometheusOptions{Config: fmt.Sprintf(
			"global: {scrape_interval: 1s}\nscrape_configs: [{job_name: mskfit, static_configs: [{targets: [%q]}]}]\n", strings.TrimPrefix(d.URL, "http://"))})
		for where, expr := range dashboardExpressions(t) {
			for _, selector := range selectors.FindAllString(filledIn.Replace(expr), -1) {
				d.Await(where+": "+selector+" has a series", settles, func() bool { return answers(t, prometheus, selector) > 0 })
			}
			if _, err := query(prometheus, filledIn.Replace(expr)); err != nil {
				t.Errorf("%s: %v", where, err)
			}
		}
	})
	t.Run("reference", func(t *testing.T) {
		const file = "../../docs/metrics.md"
		want := reference(families)
		if *update {
			if err := os.WriteFile(file, want, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if have, err := os.ReadFile(file); err != nil || !bytes.Equal(have, want) {
			t.Errorf("%s is out of date (error %v): run this test with -update and read the diff", file, err)
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

// checkNames wants every metric of the expression to be exposed, with the labels that it is selected by.
func checkNames(t *testing.T, where, expr string, families map[string]*dto.MetricFamily) {
	t.Helper()
	found := selectors.FindAllString(expr, -1)
	if len(found) == 0 {
		t.Errorf("%s uses no metric: %s", where, expr)
	}
	for _, selector := range found {
		name := names.FindString(selector)
		family := families[name]
		if family == nil {
			family = families[strings.TrimSuffix(strings.TrimSuffix(name, "_bucket"), "_count")]
		}
		if family == nil {
			t.Errorf("%s: no %s is exposed", where, name)
			continue
		}
		for _, m := range labels.FindAllStringSubmatch(selector, -1) {
			if !slices.Contains(labelsOf(family), m[1]) {
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

// ruleExpressions are the queries of the alerting rules, those inside annotations included, by alert.
func ruleExpressions(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("mskfit.rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Groups []struct {
			Rules []struct{ Alert, Expr string }
		}
	}
	if err := yaml.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, g := range file.Groups {
		for _, r := range g.Rules {
			out[r.Alert] = r.Expr
		}
	}
	if len(out) < 15 {
		t.Fatalf("%d rules: that cannot be all", len(out))
	}
	return out
}

// dashboardExpressions are the queries of the dashboards, by dashboard and panel.
func dashboardExpressions(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("../grafana/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d dashboards, error %v", len(files), err)
	}
	out := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var board struct {
			Panels []struct {
				Title   string
				Targets []struct{ RefID, Expr string }
			}
		}
		if err := json.Unmarshal(text, &board); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for _, p := range board.Panels {
			for _, target := range p.Targets {
				out[fmt.Sprintf("%s, %q %s", filepath.Base(file), p.Title, target.RefID)] = target.Expr
			}
		}
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
		fmt.Fprintf(b, "| `%s` | %s | %s | %s |\n", name, strings.ToLower(f.GetType().String()), strings.Join(labelsOf(f), ", "), f.GetHelp())
	}
	return b.Bytes()
}
