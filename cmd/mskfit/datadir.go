package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// usable tries the data directory. A first start needs one that can be written: a daemon without a place to keep things would look
// well and forget everything. Where something was kept before, a disk that is full or read-only by now stops nothing: history and
// ledger go on in memory.
func (d *daemon) usable() error {
	err := usableFolder(d.opened.DataDir)
	if err == nil {
		return nil
	}
	if _, missing := os.Stat(d.opened.Ledger.File); missing == nil || d.opened.History.Kept() {
		d.log.Error().Err(err).Msg("data directory cannot be written; new data stays in memory")
		return nil
	}
	return err
}

// usableFolder makes the data directory and tries to write to it. It says what to do when that fails.
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
