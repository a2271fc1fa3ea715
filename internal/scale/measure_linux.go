package scale

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Memory is a size of /proc/PID/status in bytes.
func Memory(pid int, name string) (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, name+":"); ok {
			kb, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			return kb * 1024, err
		}
	}
	return 0, fmt.Errorf("/proc/%d/status has no %s", pid, name)
}

// Stored is what the files of a folder take on disk.
func Stored(dir string) (sum float64) {
	_ = filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || !e.Type().IsRegular() {
			return nil // a file that is gone by now
		}
		if info, err := e.Info(); err == nil {
			sum += float64(info.Sys().(*syscall.Stat_t).Blocks) * 512
		}
		return nil
	})
	return sum
}

// Machine is the processor, the system and the compiler.
func Machine() string {
	model := runtime.GOARCH
	if b, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.Lines(string(b)) {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.HasPrefix(name, "model name") {
				model = strings.TrimSpace(value)
				break
			}
		}
	}
	return fmt.Sprintf("%d × %s, %s, %s", runtime.NumCPU(), model, runtime.GOOS, runtime.Version())
}

// LoadAverage is that of the last minute.
func LoadAverage() string {
	b, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Fields(string(b))[0]
}

// Begin is a run that begins now.
func Begin(id, commit string) Run {
	return Run{ID: id, At: time.Now().UTC().Truncate(time.Second), Commit: commit, Machine: Machine(), Load: LoadAverage()}
}

// BeginSoak is a soak that begins now.
func BeginSoak(kind, commit string, length time.Duration) Soak {
	return Soak{Kind: kind, At: time.Now().UTC().Truncate(time.Second), Commit: commit, Machine: Machine(), Load: LoadAverage(),
		Seconds: length.Seconds()}
}
