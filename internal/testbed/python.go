package testbed

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// requirements are the Python packages, pinned.
//
//go:embed requirements.txt
var requirements []byte

// pythonBin returns the folder of the programs that the packages bring along, in a virtual environment in .cache that is made
// once for each set of packages.
func pythonBin(t testing.TB) string {
	t.Helper()
	dir, err := cacheDir("python")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(requirements)
	venv := filepath.Join(dir, fmt.Sprintf("venv-%x", sum[:4]))
	complete := filepath.Join(venv, "complete") // written last; a virtual environment cannot be renamed into place
	if _, err := os.Stat(complete); err == nil {
		return filepath.Join(venv, "bin")
	}
	python := Program(t, "python3")
	unlock := lockFile(t, filepath.Join(dir, ".lock"))
	defer unlock()
	if _, err := os.Stat(complete); err == nil {
		return filepath.Join(venv, "bin")
	}
	list := filepath.Join(dir, "requirements.txt")
	if err := os.WriteFile(list, requirements, 0o644); err != nil {
		t.Fatalf("install Python packages: %v", err)
	}
	for _, args := range [][]string{
		{python, "-m", "venv", "--clear", venv},
		{filepath.Join(venv, "bin", "pip"), "install", "--quiet", "--disable-pip-version-check", "-r", list},
	} {
		if out, err := exec.Command(args[0], args[1:]...).CombinedOutput(); err != nil {
			Missing(t, "Python packages: %v: %v\n%s", args, err, bytes.TrimSpace(out))
		}
	}
	if err := os.WriteFile(complete, nil, 0o644); err != nil {
		t.Fatalf("install Python packages: %v", err)
	}
	return filepath.Join(venv, "bin")
}

// PythonProgram returns the path of a program that one of the Python packages brings along.
func PythonProgram(t testing.TB, name string) string {
	t.Helper()
	return filepath.Join(pythonBin(t), name)
}
