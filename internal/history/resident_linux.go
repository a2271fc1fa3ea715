package history

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// letGo takes the pages of all files below dir that the process has mapped out of its resident memory, and they come back when
// they are read: a look at two weeks every quarter of an hour would otherwise keep two weeks resident in between. Whatever is
// mapped at such an address meanwhile is paged out in its stead and keeps its content. Kernels before 5.4 can't, which is no error.
func letGo(dir string) error {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	if abs, err = filepath.EvalSymlinks(abs); err != nil {
		return err
	}
	mapped, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(mapped)) {
		start, end, ok := sharedMapping(line, abs+"/")
		if !ok {
			continue
		}
		switch _, _, errno := unix.Syscall(unix.SYS_MADVISE, start, end-start, unix.MADV_PAGEOUT); errno {
		case 0, unix.ENOMEM: // unmapped meanwhile
		case unix.EINVAL:
			return nil
		default:
			return os.NewSyscallError("madvise", errno)
		}
	}
	return nil
}

// sharedMapping reads a line of the process's map: "7f2c00000000-7f2c00100000 r--s 00000000 fe:01 1234 /data/tsdb/…". It reports
// false for what is not a shared, unwritable mapping of a file below the folder.
func sharedMapping(line, folder string) (start, end uintptr, ok bool) {
	f := strings.Fields(line)
	if len(f) < 6 || f[1] != "r--s" || !strings.HasPrefix(f[5], folder) {
		return 0, 0, false
	}
	if n, err := fmt.Sscanf(f[0], "%x-%x", &start, &end); n != 2 || err != nil || end <= start {
		return 0, 0, false
	}
	return start, end, true
}
