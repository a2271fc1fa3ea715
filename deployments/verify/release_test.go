package verify

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/goreleaser/goreleaser/v2/pkg/config"
	"github.com/rhysd/actionlint"
)

func TestReleaseConfigurationIsGoReleasers(t *testing.T) {
	p := release(t)
	if len(p.Builds) != 1 || len(p.NFPMs) != 1 || len(p.SBOMs) != 1 || len(p.DockersV2) != 1 {
		t.Errorf("%d builds, %d packages, %d SBOMs, %d images", len(p.Builds), len(p.NFPMs), len(p.SBOMs), len(p.DockersV2))
	}
	b := p.Builds[0]
	if !slices.Contains(b.Goos, "linux") || !slices.Contains(b.Goarch, "arm64") || !slices.Contains(b.Env, "CGO_ENABLED=0") {
		t.Errorf("builds for %v on %v with %v", b.Goos, b.Goarch, b.Env)
	}
	// What a package holds is there, but for what make release-files writes.
	for _, c := range p.NFPMs[0].Contents {
		if strings.HasPrefix(c.Source, "dist-files/") {
			continue
		}
		if _, err := os.Stat(filepath.Join("../..", c.Source)); err != nil {
			t.Errorf("%s: %v", c.Destination, err)
		}
	}
}

// release reads .goreleaser.yaml as GoReleaser does: a key that it does not know is an error.
func release(t *testing.T) config.Project {
	t.Helper()
	p, err := config.Load("../../.goreleaser.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestWorkflows(t *testing.T) {
	files, err := filepath.Glob("../../.github/workflows/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d workflows, error %v", len(files), err)
	}
	linter, err := actionlint.NewLinter(os.Stderr, &actionlint.LinterOptions{Shellcheck: "", Pyflakes: ""})
	if err != nil {
		t.Fatal(err)
	}
	problems, err := linter.LintFiles(files, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s", p)
	}
}
