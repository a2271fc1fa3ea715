// Package deployments tests that what lies below agrees with the program: configurations are ones that it takes, ports are its
// own, the unit is one that systemd takes.
package deployments

import (
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/testbed"
)

// Every configuration that is shipped is one that the program takes, and serves its page where the rest of the deployment looks
// for it.
func TestConfigurationsAreTaken(t *testing.T) {
	all := map[string]string{}
	for _, file := range []string{"compose/mskfit.yaml", "packages/mskfit.yaml"} {
		all[file] = read(t, file)
	}
	for _, file := range glob(t, "kubernetes/*.yaml") {
		all[file] = configMap(t, read(t, file))
	}
	heredoc := regexp.MustCompile(`(?s)config = <<-YAML\n(.*?)\n  YAML`)
	for _, file := range glob(t, "terraform/examples/*/main.tf") {
		if m := heredoc.FindStringSubmatch(read(t, file)); m != nil {
			all[file] = strings.ReplaceAll(m[1], "$${", "${")
		}
	}
	if len(all) < 8 {
		t.Fatalf("%d configurations: that cannot be all", len(all))
	}
	documented := documentedConfigurations(t)
	if len(documented) < 4 {
		t.Fatalf("%d configurations in the documents: that cannot be all", len(documented))
	}
	for place, text := range documented {
		if _, err := config.Parse(place, []byte(text), func(string) (string, bool) { return "x", true }); err != nil {
			t.Errorf("%s: %v\n%s", place, err, text)
		}
	}
	variables := map[string]string{"POSTGRES_URL": "postgres://mskfit@db/mskfit", "KAFKA_PASSWORD": "x",
		"SNS_TOPIC_ARN": "arn:aws:sns:us-east-1:123456789012:mskfit"}
	for file, text := range all {
		cfg, err := config.Parse(file, []byte(text), func(name string) (string, bool) { v, ok := variables[name]; return v, ok })
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		_, port, err := net.SplitHostPort(cfg.Web.Listen)
		if err != nil || port != ownPort(t) || cfg.DataDir != config.Default().DataDir {
			t.Errorf("%s: listens on %s and keeps data in %s", file, cfg.Web.Listen, cfg.DataDir)
		}
	}
}

// documentedConfigurations are the blocks of the documents that configure the daemon, by their place. What a block leaves out
// is added.
func documentedConfigurations(t *testing.T) map[string]string {
	t.Helper()
	var keys map[string]any
	if err := yaml.Unmarshal([]byte(read(t, "../configs/mskfit.yaml")), &keys); err != nil {
		t.Fatal(err)
	}
	out, block := map[string]string{}, regexp.MustCompile(`(?m)^\n((?:    .*\n)+)`)
	for _, pattern := range []string{"../README.md", "../docs/*.md", "*/README.md"} {
		for _, file := range glob(t, pattern) {
			for i, m := range block.FindAllStringSubmatch(read(t, file), -1) {
				text := strings.ReplaceAll("\n"+m[1], "\n    ", "\n")
				var top map[string]any
				if yaml.Unmarshal([]byte(text), &top) != nil || !ours(top, keys) {
					continue
				}
				if top["clusters"] == nil && top["msk"] == nil {
					text += "clusters: [{name: orders, kafka: {bootstrap: [127.0.0.1:9092]}}]\n"
				}
				out[file+" block "+strconv.Itoa(i+1)] = text
			}
		}
	}
	return out
}

// ours reports whether every key is one of the configuration's.
func ours(top, keys map[string]any) bool {
	for key := range top {
		if _, known := keys[key]; !known {
			return false
		}
	}
	return len(top) > 0
}

// Files that name the port of the page name the program's own.
func TestPortIsTheProgramsOwn(t *testing.T) {
	for file, pattern := range map[string]string{
		"docker/Dockerfile":                      `(?m)^EXPOSE (\d+)$`,
		"docker/Dockerfile.release":              `(?m)^EXPOSE (\d+)$`,
		"compose/compose.yaml":                   `127\.0\.0\.1:(94\d+):94\d+`,
		"compose/prometheus.yml":                 `"mskfit:(\d+)"`,
		"helm/mskfit/templates/statefulset.yaml": `containerPort: (\d+)`,
		"helm/mskfit/templates/_helpers.tpl":     `"listen" ":(\d+)"`,
		"helm/mskfit/values.yaml":                `(?m)^  port: (\d+)$`,
		"terraform/main.tf":                      `containerPort = (\d+)`,
		"terraform/network.tf":                   `to_port += (94\d+)`,
		"helm/mskfit/templates/NOTES.txt":        `http://127\.0\.0\.1:(\d+)/`,
		"../docs/metrics.md":                     `\(port (\d+)\)`,
	} {
		m := regexp.MustCompile(pattern).FindStringSubmatch(read(t, file))
		if m == nil || m[1] != ownPort(t) {
			t.Errorf("%s has the port %v, want %s", file, m, ownPort(t))
		}
	}
}

func ownPort(t *testing.T) string {
	t.Helper()
	_, port, err := net.SplitHostPort(config.Default().Web.Listen)
	if err != nil {
		t.Fatal(err)
	}
	return port
}

// The unit is valid, and exposes little: systemd's own score (0 is best, 10 is worst) is 1.1.
func TestUnit(t *testing.T) {
	analyze := testbed.Program(t, "systemd-analyze")
	unit := filepath.Join(t.TempDir(), "mskfit.service")
	text := strings.Replace(read(t, "systemd/mskfit.service"), "ExecStart=mskfit ", "ExecStart=/bin/true ",
		1) // systemd wants it to be there
	if err := os.WriteFile(unit, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(analyze, "verify", "--man=no", unit).CombinedOutput(); err != nil ||
		len(out) > 0 { // a key that is not known is only said
		t.Errorf("systemd-analyze verify (error %v):\n%s", err, out)
	}
	out, err := exec.Command(analyze, "security", "--offline=true", "--no-pager", unit).CombinedOutput()
	m := regexp.MustCompile(`exposure level for mskfit.service: ([0-9.]+)`).FindSubmatch(out)
	if err != nil || m == nil {
		t.Fatalf("systemd-analyze security: %v\n%s", err, out)
	}
	if score, err := strconv.ParseFloat(string(m[1]), 64); err != nil || score > 1.5 {
		t.Errorf("exposure level %s, want at most 1.5", m[1])
	}
	for _, want := range []string{"Type=notify", "ExecStart=mskfit run -c /etc/mskfit/mskfit.yaml", "StateDirectory=mskfit"} {
		if !strings.Contains(text+read(t, "systemd/mskfit.service"), want) {
			t.Errorf("the unit has no %s", want)
		}
	}
}

// The other programs of the Compose example take their files.
func TestComposeFilesAreTaken(t *testing.T) {
	// promtool looks for the rules where the container has them.
	dir := t.TempDir()
	text := strings.ReplaceAll(read(t, "compose/prometheus.yml"), "/etc/prometheus/", dir+"/")
	for name, content := range map[string]string{"prometheus.yml": text,
		"mskfit.rules.yaml": read(t, "prometheus/mskfit.rules.yaml")} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// What the README shows is a configuration too.
	m := regexp.MustCompile(`(?m)^    scrape_configs:\n(?:    .*\n)+`).FindString(read(t, "prometheus/README.md"))
	if err := os.WriteFile(filepath.Join(dir, "readme.yml"), []byte(strings.ReplaceAll("\n"+m, "\n    ", "\n")),
		0o600); err != nil || m == "" {
		t.Fatalf("prometheus/README.md shows %q (error %v)", m, err)
	}
	for _, args := range [][]string{
		{testbed.Program(t, "promtool"), "check", "config", filepath.Join(dir, "prometheus.yml")},
		{testbed.Program(t, "promtool"), "check", "config", filepath.Join(dir, "readme.yml")},
		{testbed.Program(t, "amtool"), "check-config", "compose/alertmanager.yml"},
	} {
		if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			t.Errorf("%v: %v\n%s", args, err, out)
		}
	}
}

func TestDockerfiles(t *testing.T) {
	hadolint := testbed.PythonProgram(t, "hadolint")
	if out, err := exec.Command(hadolint, "docker/Dockerfile", "docker/Dockerfile.release").CombinedOutput(); err != nil {
		t.Errorf("hadolint: %v\n%s", err, out)
	}
}

// configMap is the configuration in the first ConfigMap that has one.
func configMap(t *testing.T, manifests string) string {
	t.Helper()
	decoder := yaml.NewDecoder(strings.NewReader(manifests))
	for {
		var object struct {
			Kind string
			Data map[string]string
		}
		if err := decoder.Decode(&object); errors.Is(err, io.EOF) {
			t.Fatal("no ConfigMap has a configuration")
		} else if err != nil {
			var other *yaml.TypeError
			if !errors.As(err, &other) { // another kind of object
				t.Fatal(err)
			}
		}
		if text, ok := object.Data["mskfit.yaml"]; ok && object.Kind == "ConfigMap" {
			return text
		}
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %d files, error %v", pattern, len(files), err)
	}
	return files
}
