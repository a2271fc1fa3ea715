package prometheus

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"go.yaml.in/yaml/v3"
)

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
