package folder_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/mskfit/mskfit/internal/plan"
	"github.com/mskfit/mskfit/internal/plan/folder"
)

// TestDiff compares a plan with one that was written before: an edit, a new file and a file that is gone are all shown, and
// equal plans differ in nothing.
func TestDiff(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "move")
	old := []plan.File{{Name: "a.tf", Data: []byte("one\ntwo\n")}, {Name: "b.tf", Data: []byte("gone\n")}}
	if err := folder.Write(dir, old); err != nil {
		t.Fatal(err)
	}
	if text, err := folder.Diff(dir, old); err != nil || text != "" {
		t.Errorf("equal plans differ: %q, %v", text, err)
	}
	if err := os.WriteFile(filepath.Join(dir, "a.tf"), []byte("one\nedited\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := folder.Diff(dir, []plan.File{old[0], {Name: "c.tf", Data: []byte("new\n")}})
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"--- " + filepath.Join(dir, "a.tf"), "+++ a.tf", "-edited", "+two", " one",
		"+++ c.tf", "+new", "--- " + filepath.Join(dir, "b.tf"),
	} {
		if !strings.Contains("\n"+text, "\n"+line+"\n") {
			t.Errorf("the differences lack the line %q:\n%s", line, text)
		}
	}
}

// A file that was put beside an earlier plan, under a name that the new plan has, is somebody's work: nothing is written over it.
func TestWriteSparesForeignFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "move")
	if err := folder.Write(dir, []plan.File{{Name: "a.tf", Data: []byte("one\n")}}); err != nil {
		t.Fatal(err)
	}
	mine := filepath.Join(dir, "runbook.md")
	if err := os.WriteFile(mine, []byte("my notes\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	err := folder.Write(dir, []plan.File{{Name: "a.tf", Data: []byte("two\n")}, {Name: "runbook.md", Data: []byte("theirs\n")}})
	if want := mine + " is not of the earlier plan: move it away, or write to another folder"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	for name, want := range map[string]string{"a.tf": "one\n", "runbook.md": "my notes\n"} {
		if data, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(data) != want {
			t.Errorf("%s is %q, error %v, want %q", name, data, err, want)
		}
	}
}
