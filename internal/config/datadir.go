package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// UsableDir creates the data directory if need be and tries to write to it. The error says what to do.
func UsableDir(dir string) error {
	err := os.MkdirAll(dir, 0o750)
	if err == nil {
		err = tryWrite(dir)
	}
	hint := ""
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrPermission):
		hint = ": create the folder and give it to the user that runs mskfit, or set another"
	case errors.Is(err, syscall.EROFS):
		hint = ": use a folder on a writable disk"
	case errors.Is(err, syscall.ENOSPC):
		hint = ": free some space, or use a folder on another disk"
	case errors.Is(err, syscall.ENOTDIR), errors.Is(err, fs.ErrExist):
		hint = ": a file is in the way"
	}
	return fmt.Errorf("data_directory: %w%s", err, hint)
}

func tryWrite(dir string) error {
	f, err := os.CreateTemp(dir, ".mskfit-write-*")
	if err != nil {
		return err
	}
	_, err = f.Write(make([]byte, 4096))
	return errors.Join(err, f.Close(), os.Remove(f.Name()))
}
