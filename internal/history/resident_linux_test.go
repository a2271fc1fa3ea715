package history

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

func TestSharedMapping(t *testing.T) {
	for _, tt := range []struct {
		line       string
		start, end uintptr
		ok         bool
	}{
		{"7f2c00000000-7f2c00100000 r--s 00000000 fe:01 1234  /data/tsdb/01ABC/chunks/000001", 0x7f2c00000000, 0x7f2c00100000, true},
		{"7f2c00000000-7f2c00100000 r--s 00000000 fe:01 1234  /data/tsdb/01ABC/index (deleted)", 0x7f2c00000000, 0x7f2c00100000, true},
		{"7f2c00000000-7f2c00100000 rw-s 00000000 fe:01 1234  /data/tsdb/01ABC/index", 0, 0, false},
		{"7f2c00000000-7f2c00100000 r--p 00000000 fe:01 1234  /data/tsdb/01ABC/index", 0, 0, false},
		{"7f2c00000000-7f2c00100000 r--s 00000000 fe:01 1234  /data/tsdb2/index", 0, 0, false},
		{"c000000000-c000400000 rw-p 00000000 00:00 0", 0, 0, false},
		{"", 0, 0, false},
	} {
		start, end, ok := sharedMapping(tt.line, "/data/tsdb/")
		if start != tt.start || end != tt.end || ok != tt.ok {
			t.Errorf("%q: %x-%x %v, want %x-%x %v", tt.line, start, end, ok, tt.start, tt.end, tt.ok)
		}
	}
}

// residentBelow is how many bytes of files below dir are resident in this process.
func residentBelow(t *testing.T, dir string) (bytes int) {
	t.Helper()
	text, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		t.Fatal(err)
	}
	ours := false
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		switch {
		case strings.Contains(f[0], "-"):
			ours = strings.Contains(line, dir)
		case ours && f[0] == "Rss:":
			kb, err := strconv.Atoi(f[1])
			if err != nil {
				t.Fatal(err)
			}
			bytes += kb << 10
		}
	}
	return bytes
}

// What was read does not stay resident, and reads the same afterwards.
func TestHistoryIsNotResidentAtRest(t *testing.T) {
	c := newClock(t0)
	cfg := testConfig(t.TempDir())
	s := openTest(t, cfg, c)
	const days = 4
	for at := t0; at.Before(t0.Add(days * day)); at = at.Add(15 * time.Minute) {
		sample := workload.Sample{Cluster: "prod", Source: "kafka", Window: workload.Window{Start: at, End: at.Add(15 * time.Minute)}}
		sample.Totals.IngressBytesPerSec = figure(1e6, 1e6, 1e6, workload.Derived)
		for i := range 60 {
			v := float64(1+i) * float64(at.Unix()%977)
			sample.Topics = append(sample.Topics, workload.Topic{Name: "topic-" + strconv.Itoa(i), Partitions: 1, IngressBytesPerSec: figure(v, v, v, workload.Derived)})
		}
		appendAll(t, s, c, sample)
		if at.Minute() == 0 {
			if err := s.Maintain(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	}
	window := workload.Window{Start: t0, End: t0.Add(days * day)}
	before := workloadOf(t, s, "prod", window)
	read := residentBelow(t, cfg.Dir)
	if err := s.Maintain(t.Context()); err != nil {
		t.Fatal(err)
	}
	rest := residentBelow(t, cfg.Dir)
	if read < 100_000 || rest > read/4 {
		t.Errorf("%d bytes of the history are resident after reading and %d at rest", read, rest)
	}
	after := workloadOf(t, s, "prod", window)
	for i, topic := range after.TopicList {
		if was := before.TopicList[i].IngressBytesPerSec; *topic.IngressBytesPerSec.P95 != *was.P95 || topic.IngressBytesPerSec.Value != was.Value {
			t.Errorf("%s reads %+v, was %+v", topic.Name, topic.IngressBytesPerSec, was)
		}
	}
}
