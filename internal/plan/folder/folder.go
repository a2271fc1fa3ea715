// Package folder writes plans to a folder, whole or not at all, and compares a plan with one that is there.
package folder

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/mskfit/mskfit/internal/plan"
)

// manifestName is the file that says that a folder holds a plan, and what was written there.
const manifestName = "plan.json"

// Schema names the form of the manifest.
const schema = "mskfit/plan/v1"

// manifest lists the files of a plan with the SHA-256 of each.
type manifest struct {
	Schema string            `json:"schema"`
	Files  map[string]string `json:"files"`
}

// Check says whether a plan can be written to the folder: it is not there yet, or empty, or holds an earlier plan that no one
// edited.
func Check(dir string) error {
	_, err := earlier(dir)
	return err
}

// Write writes the plan whole or not at all. An earlier plan is replaced; other files in its folder, such as Terraform's state,
// stay.
func Write(dir string, files []plan.File) error {
	old, err := earlier(dir)
	if err != nil {
		return err
	}
	if err := free(dir, files, old); err != nil {
		return err
	}
	m := manifest{Schema: schema, Files: map[string]string{}}
	for _, f := range files {
		m.Files[f.Name] = digest(f.Data)
	}
	data, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return fmt.Errorf("write %s: %w", manifestName, err)
	}
	files = append(files[:len(files):len(files)], plan.File{Name: manifestName, Data: append(data, '\n')})
	parent := filepath.Dir(filepath.Clean(dir))
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return fmt.Errorf("write the plan: %w", err)
	}
	staged, err := os.MkdirTemp(parent, ".mskfit-plan-")
	if err != nil {
		return fmt.Errorf("write the plan: %w", err)
	}
	if err = stage(staged, files); err == nil {
		err = replace(dir, staged, files, old)
	}
	return errors.Join(err, os.RemoveAll(staged))
}

// free reports files of somebody else with the name of one of the plan's: an earlier plan without that file says nothing about
// them.
func free(dir string, files []plan.File, old *manifest) error {
	var errs []error
	for _, f := range files {
		path := filepath.Join(dir, f.Name)
		if _, err := os.Lstat(path); err == nil && (old == nil || old.Files[f.Name] == "") {
			errs = append(errs, fmt.Errorf("%s is not of the earlier plan: move it away, or write to another folder", path))
		}
	}
	return errors.Join(errs...)
}

func stage(dir string, files []plan.File) error {
	for _, f := range files {
		mode := fs.FileMode(0o644)
		if f.Executable {
			mode = 0o755
		}
		if err := os.WriteFile(filepath.Join(dir, f.Name), f.Data, mode); err != nil {
			return fmt.Errorf("write the plan: %w", err)
		}
	}
	return os.Chmod(dir, 0o755)
}

// replace puts the staged files in place. A new folder is renamed as a whole. Over an earlier plan each file is renamed, the
// manifest last; what was there is put back when one cannot be.
func replace(dir, staged string, files []plan.File, old *manifest) error {
	if old == nil {
		if err := os.Remove(dir); err != nil && !errors.Is(err, fs.ErrNotExist) { // an empty folder
			return fmt.Errorf("write the plan: %w", err)
		}
		if err := os.Rename(staged, dir); err != nil {
			return fmt.Errorf("write the plan: %w", err)
		}
		return nil
	}
	backup := filepath.Join(staged, "before")
	if err := os.Mkdir(backup, 0o700); err != nil {
		return fmt.Errorf("write the plan: %w", err)
	}
	var undo []func() error
	fail := func(err error) error {
		errs := []error{fmt.Errorf("write the plan: %w", err)}
		for i := len(undo) - 1; i >= 0; i-- {
			errs = append(errs, undo[i]())
		}
		return errors.Join(errs...)
	}
	for name := range all(old) {
		from, to := filepath.Join(dir, name), filepath.Join(backup, name)
		if err := os.Rename(from, to); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fail(err)
		} else if err == nil {
			undo = append(undo, func() error { return os.Rename(to, from) })
		}
	}
	for _, f := range files {
		if err := os.Rename(filepath.Join(staged, f.Name), filepath.Join(dir, f.Name)); err != nil {
			return fail(err)
		}
	}
	return nil
}

// all are the files of a plan and its manifest.
func all(m *manifest) map[string]bool {
	names := map[string]bool{manifestName: true}
	for name := range m.Files {
		names[name] = true
	}
	return names
}

// earlier reads the manifest of the plan in the folder; nil: there is nothing. It refuses a folder with anything else, and one
// whose plan was edited.
func earlier(dir string) (*manifest, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	m, err := read(dir)
	if err != nil {
		return nil, err
	}
	var edited []error
	for name, sum := range m.Files {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err == nil && digest(data) != sum {
			edited = append(edited, fmt.Errorf("%s was edited since the plan was written: move it away, or write to another folder",
				filepath.Join(dir, name)))
		}
	}
	return &m, errors.Join(edited...)
}

func read(dir string) (manifest, error) {
	var m manifest
	data, err := os.ReadFile(filepath.Join(dir, manifestName))
	if err != nil {
		return m, fmt.Errorf("%s holds no plan (it has no %s): name a folder that is new, empty or holds an earlier plan", dir,
			manifestName)
	}
	if err := json.Unmarshal(data, &m); err != nil || m.Schema != schema {
		return m, fmt.Errorf("%s is not the manifest of a plan: name a folder that is new, empty or holds an earlier plan",
			filepath.Join(dir, manifestName))
	}
	for name := range m.Files {
		if name != filepath.Base(name) {
			return m, fmt.Errorf("%s names the file %q, which is in another folder: name another folder",
				filepath.Join(dir, manifestName), name)
		}
	}
	return m, nil
}

func digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// Diff returns the differences of the plan from the one in the folder, edits included, as a unified diff; empty: there are none.
func Diff(dir string, files []plan.File) (string, error) {
	m, err := read(dir)
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	now := map[string]bool{}
	for _, f := range files {
		now[f.Name] = true
		before, err := os.ReadFile(filepath.Join(dir, f.Name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("compare: %w", err)
		}
		b.Write(unified(filepath.Join(dir, f.Name), before, f.Name, f.Data))
	}
	for name := range m.Files {
		if !now[name] {
			fmt.Fprintf(&b, "--- %s\nis no longer part of the plan\n", filepath.Join(dir, name))
		}
	}
	return b.String(), nil
}
