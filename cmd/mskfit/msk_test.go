package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// mskFile writes a configuration that keeps everything in a folder of its own.
func mskFile(t *testing.T, text string) string {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "mskfit.yaml")
	text = fmt.Sprintf("data_directory: %q\nweb: {listen: 127.0.0.1:0}\n", filepath.Join(dir, "data")) + text
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

const agentOnce = "agent: {once_interval: 1s}\n"
