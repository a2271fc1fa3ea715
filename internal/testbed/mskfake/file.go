package mskfake

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// Once has an agent that runs once watch a cluster for three seconds only.
const Once = "agent: {once_interval: 3s}\n"

// File writes a configuration, such as [Config] and the clusters to watch, and returns its path. All that the configuration has
// mskfit keep is in the folder data beside it, and its page is on a free port.
func File(t testing.TB, text string) (file string) {
	t.Helper()
	dir := t.TempDir()
	file = filepath.Join(dir, "mskfit.yaml")
	text = fmt.Sprintf("data_directory: %q\nweb: {listen: 127.0.0.1:0}\n", filepath.Join(dir, "data")) + text
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
