package verify

import (
	"flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"helm.sh/helm/v3/pkg/chart"
	"helm.sh/helm/v3/pkg/chart/loader"
	"helm.sh/helm/v3/pkg/chartutil"
	"helm.sh/helm/v3/pkg/engine"
	"helm.sh/helm/v3/pkg/lint/rules"
	"helm.sh/helm/v3/pkg/lint/support"
)

var update = flag.Bool("update", false, "rewrite the plain manifests")

const (
	chartDir = "../helm/mskfit"
	// manifests are what the chart renders to, for those who do not use Helm; they are the snapshots of these tests too.
	manifests = "../kubernetes"
	// The oldest version of Kubernetes that the chart takes, and the newest that was tried.
	oldestKubernetes, newestKubernetes = "v1.27.0", "v1.34.0"
)

func TestChartLintsWithEveryValuesFile(t *testing.T) {
	for name, values := range valuesFiles(t) {
		l := support.Linter{ChartDir: chartDir}
		rules.Chartfile(&l)
		rules.ValuesWithOverrides(&l, values)
		rules.Templates(&l, values, "mskfit", false)
		for _, m := range l.Messages {
			if m.Severity > support.InfoSev {
				t.Errorf("%s: %s", name, m)
			}
		}
	}
}

func TestManifestsAreWhatTheChartRenders(t *testing.T) {
	files := valuesFiles(t)
	for name, values := range files {
		want, err := render(t, values, newestKubernetes)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		want = "# Generated from the Helm chart with ci/" + name + "-values.yaml. Change the chart, not this file.\n" + want
		file := filepath.Join(manifests, name+".yaml")
		if *update {
			if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if have, err := os.ReadFile(file); err != nil {
			t.Error(err)
		} else if line, got, rendered := differ(string(have), want); line > 0 {
			t.Errorf("%s is not what the chart renders: run this test with -update and read the diff\nline %d is  %s\nthe chart has %s", file, line, got, rendered)
		}
		if old, err := render(t, values, oldestKubernetes); err != nil || !strings.HasSuffix(want, old) {
			t.Errorf("%s renders differently for Kubernetes %s: %v", name, oldestKubernetes, err)
		}
	}
	if have, err := filepath.Glob(filepath.Join(manifests, "*.yaml")); err != nil || len(have) != len(files) {
		t.Errorf("%d manifests for %d values files (error %v)", len(have), len(files), err)
	}
}

// A value that cannot work is refused before anything is installed, with the value's name and what to do.
func TestChartRefusesBadValues(t *testing.T) {
	watched := "config: {msk: [{regions: [us-east-1]}]}\n"
	for _, c := range []struct{ values, says string }{
		{"{}", "config: nothing to watch: set config.clusters"},
		{watched + "replicas: 2", "replicas: 2 replicas need one PostgreSQL: set config.ledger.postgres_url_file"},
		{"config: {msk: [{regions: [us-east-1]}], ledger: {postgres_url: x}}\nreplicas: 2",
			"set config.history.external.write_url"},
		{watched + "persistence: {enabled: false}", "persistence.enabled: without a volume a restart loses history and ledger"},
		{"config: {msk: [{regions: [us-east-1]}], data_directory: /data}", "config.data_directory: /data is not on the volume"},
		{"config: {msk: [{regions: [us-east-1]}], web: {listen: ':80'}}",
			"config.web.listen: the pod listens on :9444, not on :80"},
		{watched + "replicas: two", "at '/replicas': got string, want integer"},
		{watched + "shards: 3", "shards: removed: replicas share the clusters: set replicas, "},
		{watched + "replicaCount: 2", "additional properties 'replicaCount' not allowed"},
		{watched + "image: {digest: latest}", "at '/image/digest': 'latest' does not match pattern"},
		{"config: {msk: [{regions: [us-east-1]}], agent: {colect: ''}}", "additional properties 'colect' not allowed"},
	} {
		values, err := chartutil.ReadValues([]byte(c.values))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := render(t, values, newestKubernetes); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s\ngot  %v\nwant %q", c.values, err, c.says)
		}
	}
}

// differ returns the first line, from 1, in which two texts differ, and what each has there; 0 if they are equal.
func differ(a, b string) (line int, of, other string) {
	as, bs := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range max(len(as), len(bs)) {
		switch {
		case i >= len(as):
			return i + 1, "missing", bs[i]
		case i >= len(bs):
			return i + 1, as[i], "nothing more"
		case as[i] != bs[i]:
			return i + 1, as[i], bs[i]
		}
	}
	return 0, "", ""
}

func TestChartRefusesOldKubernetes(t *testing.T) {
	c := load(t)
	if !chartutil.IsCompatibleRange(c.Metadata.KubeVersion, oldestKubernetes) ||
		chartutil.IsCompatibleRange(c.Metadata.KubeVersion, "v1.26.15") {
		t.Errorf("kubeVersion %q must take %s and nothing older", c.Metadata.KubeVersion, oldestKubernetes)
	}
}

func load(t *testing.T) *chart.Chart {
	t.Helper()
	c, err := loader.Load(chartDir)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// valuesFiles are the values of ci/, by name without -values.yaml.
func valuesFiles(t *testing.T) map[string]map[string]any {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(chartDir, "ci", "*-values.yaml"))
	if err != nil || len(paths) < 4 {
		t.Fatalf("%d values files, error %v", len(paths), err)
	}
	out := map[string]map[string]any{}
	for _, p := range paths {
		values, err := chartutil.ReadValuesFile(p)
		if err != nil {
			t.Fatal(err)
		}
		out[strings.TrimSuffix(filepath.Base(p), "-values.yaml")] = values
	}
	return out
}

// render is helm template: the objects that would be installed, with their sources, in one text.
func render(t *testing.T, values map[string]any, kubernetes string) (string, error) {
	t.Helper()
	version, err := chartutil.ParseKubeVersion(kubernetes)
	if err != nil {
		t.Fatal(err)
	}
	capabilities := chartutil.DefaultCapabilities.Copy()
	capabilities.KubeVersion = *version
	c := load(t)
	top, err := chartutil.ToRenderValues(c, values, chartutil.ReleaseOptions{Name: "mskfit", Namespace: "mskfit"}, capabilities)
	if err != nil {
		return "", err
	}
	files, err := engine.Render(c, top)
	if err != nil {
		return "", err
	}
	var out strings.Builder
	for _, name := range slices.Sorted(maps.Keys(files)) {
		text := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(files[name]), "---"))
		if text != "" && filepath.Ext(name) == ".yaml" && !strings.Contains(name, "/tests/") {
			out.WriteString("---\n# Source: " + name + "\n" + text + "\n")
		}
	}
	return out.String(), nil
}
