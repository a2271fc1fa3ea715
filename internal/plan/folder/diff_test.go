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
