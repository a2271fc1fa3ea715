package folder_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mskfit/mskfit/internal/plan"
	"github.com/mskfit/mskfit/internal/plan/folder"
)

func file(name, text string) plan.File { return plan.File{Name: name, Data: []byte(text)} }

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func write(t *testing.T, dir string, files ...plan.File) {
	t.Helper()
	if err := folder.Write(dir, files); err != nil {
		t.Fatal(err)
	}
}

func TestAnEarlierPlanIsReplacedAndNothingElse(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "move")
	write(t, dir, file("main.tf", "one\n"), file("old.md", "old\n"),
		plan.File{Name: "run.sh", Data: []byte("#!"), Executable: true})
	if info, err := os.Stat(filepath.Join(dir, "run.sh")); err != nil || info.Mode().Perm() != 0o755 {
		t.Errorf("run.sh: %v, %v", info.Mode(), err)
	}
	state := filepath.Join(dir, "terraform.tfstate")
	if err := os.WriteFile(state, []byte("state"), 0o600); err != nil {
		t.Fatal(err)
	}
	write(t, dir, file("main.tf", "two\n"))
	if got := read(t, filepath.Join(dir, "main.tf")); got != "two\n" {
		t.Errorf("main.tf is %q", got)
	}
	if got := read(t, state); got != "state" {
		t.Errorf("Terraform's state is %q", got)
	}
	if _, err := os.Stat(filepath.Join(dir, "old.md")); err == nil {
		t.Error("old.md is no part of the new plan and is still there")
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(dir), ".mskfit-*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestForeignAndEditedFoldersAreRefused(t *testing.T) {
	foreign := t.TempDir()
	if err := os.WriteFile(filepath.Join(foreign, "main.tf"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	edited := filepath.Join(t.TempDir(), "move")
	write(t, edited, file("main.tf", "one\n"))
	if err := os.WriteFile(filepath.Join(edited, "main.tf"), []byte("edited\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]string{foreign: "holds no plan", edited: "main.tf was edited since the plan was written"} {
		before := read(t, filepath.Join(dir, "main.tf"))
		for what, err := range map[string]error{"Check": folder.Check(dir),
			"Write": folder.Write(dir, []plan.File{file("main.tf", "new\n")})} {
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: error %v, want %q", what, err, want)
			}
		}
		if got := read(t, filepath.Join(dir, "main.tf")); got != before {
			t.Errorf("main.tf became %q", got)
		}
	}
}

// A file that cannot be put in place, because a folder has its name, leaves the earlier plan as it was.
func TestAWriteThatFailsHalfwayLeavesTheEarlierPlan(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "move")
	write(t, dir, file("a.md", "one\n"), file("b.md", "one\n"))
	if err := os.MkdirAll(filepath.Join(dir, "c.md", "x"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := folder.Write(dir, []plan.File{file("a.md", "two\n"), file("b.md", "two\n"), file("c.md", "two\n")}); err == nil {
		t.Fatal("no error")
	}
	for _, name := range []string{"a.md", "b.md"} {
		if got := read(t, filepath.Join(dir, name)); got != "one\n" {
			t.Errorf("%s is %q", name, got)
		}
	}
	if err := folder.Check(dir); err != nil {
		t.Error(err)
	}
}

func TestOnlyAPlanIsComparedWith(t *testing.T) {
	if _, err := folder.Diff(t.TempDir(), nil); err == nil {
		t.Error("a folder without a plan is compared with")
	}
}
