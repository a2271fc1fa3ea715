package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// usableFolder makes the data directory and tries to write to it. It says what to do when that fails: a daemon that
// starts without a place to keep things would look well and forget everything.
func usableFolder(dir string) error {
	err := os.MkdirAll(dir, 0o750)
	if err == nil {
		err = tryWrite(dir)
	}
	hint := ""
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrPermission):
		hint = ": make the folder and give it to the user that runs mskfit, or name another"
	case errors.Is(err, syscall.EROFS):
		hint = ": name a folder on a disk that can be written"
	case errors.Is(err, syscall.ENOSPC):
		hint = ": make room, or name a folder on another disk"
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
