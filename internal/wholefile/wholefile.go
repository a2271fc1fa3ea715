// Package wholefile replaces files all at once, so that a reader, or a crash, never meets half of one.
package wholefile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Write replaces a file by data all at once: a reader sees the old content or the new, and when anything goes wrong
// the old one is left. A link is followed; what is no regular file, such as a device or a pipe, is written to as it is.
func Write(path string, data []byte) error {
	target, err := filepath.EvalSymlinks(path)
	if errors.Is(err, fs.ErrNotExist) {
		target, err = path, nil
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	mode := fs.FileMode(0o644)
	if info, err := os.Stat(target); err == nil {
		switch mode = info.Mode().Perm(); {
		case info.IsDir():
			return fmt.Errorf("write %s: it is a directory: name a file in it", path)
		case !info.Mode().IsRegular():
			return writeInPlace(path, data)
		}
	}
	if err := replace(target, data, mode); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

func writeInPlace(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}

// replace writes beside the target and renames. The temporary file is gone afterwards, whatever happens.
func replace(target string, data []byte, mode fs.FileMode) (err error) {
	f, err := os.CreateTemp(filepath.Dir(target), ".mskfit-*")
	if err != nil {
		return cause(err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(cause(err), os.Remove(f.Name()))
		}
	}()
	_, err = f.Write(data)
	if err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), target)
}

// cause leaves out the name of the temporary file, which no one asked for.
func cause(err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err
	}
	return err
}
