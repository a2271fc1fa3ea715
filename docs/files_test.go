package docs

import (
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// sourceFiles returns the files of the repository with the extension, as paths from this folder, without caches and test data.
func sourceFiles(t *testing.T, extension string) (found []string) {
	t.Helper()
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains([]string{".git", ".cache", "testdata", "node_modules"}, d.Name()):
			return filepath.SkipDir
		case d.Type().IsRegular() && strings.HasSuffix(path, extension):
			found = append(found, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
