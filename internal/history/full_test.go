package history

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/testbed"
	"github.com/mskfit/mskfit/internal/workload"
)

// smallDisk mounts a disk of 96 MiB for the test.
func smallDisk(t *testing.T) string {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("needs root to mount a small disk")
	}
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=96m", "mskfit-test", dir).CombinedOutput(); err != nil {
		testbed.Missing(t, "mount: %v: %s", err, out)
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", "-l", dir).CombinedOutput(); err != nil {
			t.Errorf("umount: %v: %s", err, out)
		}
	})
	return dir
}

// fill takes the rest of the disk but for some bytes.
func fill(t *testing.T, dir string, leave int64) (free func()) {
	t.Helper()
	path := filepath.Join(dir, "filler")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	chunk := make([]byte, 64<<10)
	for {
		left, err := freeBytes(dir)
		if err != nil {
			t.Fatal(err)
		}
		if int64(left) <= leave {
			break
		}
		if _, err := f.Write(chunk[:min(int64(len(chunk)), int64(left)-leave)]); err != nil {
			break
		}
	}
	f.Close()
	return func() {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
}

// A full disk stops nothing: an error says so, values wait in memory and are part of every answer, and once there is room
// they are written. The reserve makes that a decision; without one the database finds the disk full in the middle of
// a record.
func TestDiskFull(t *testing.T) {
	for _, c := range []struct {
		name    string
		minFree workload.ByteSize
	}{{"reserve", 8 * workload.MiB}, {"in the middle of a record", 0}} {
		t.Run(c.name, func(t *testing.T) {
			dir := smallDisk(t)
			cfg := testConfig(filepath.Join(dir, "history"))
			cfg.MinFree = c.minFree
			clk := newClock(t0)
			s := openTest(t, cfg, clk)
			minute := 0
			some := func(n int) (failed int) {
				for range n {
					sample := ingressSample("prod", "kafka", t0.Add(time.Duration(minute)*time.Minute),
						exactly(killValue(int64(minute))))
					for i := range 2000 {
						sample.Topics = append(sample.Topics,
							workload.Topic{Name: names(i), IngressBytesPerSec: exactly(float64(minute*i) * 1.01)})
					}
					minute++
					clk.set(sample.Window.End)
					var waits *UnwrittenError
					if err := s.Append(t.Context(), sample); errors.As(err, &waits) {
						failed++
					} else if err != nil {
						t.Fatal(err)
					}
				}
				return failed
			}
			if failed := some(20); failed > 0 {
				t.Fatalf("%d appends failed on an empty disk", failed)
			}
			free := fill(t, dir, 0)
			if failed := some(40); failed < 20 {
				t.Fatalf("%d of 40 appends failed on a full disk", failed)
			}
			st := s.Status()
			if st.Waiting == 0 || st.Dropped != 0 || st.Since.IsZero() || !strings.Contains(st.Reason, "disk full") &&
				!strings.Contains(st.Reason, "no space left") {
				t.Errorf("status %+v, want a full disk and values that wait", st)
			}
			if err := s.Maintain(t.Context()); err == nil {
				t.Error("maintaining a store on a full disk is no error")
			}
			checkMinutes(t, s, minute, "while the disk is full")
			free()
			clk.set(clk.now().Add(cfg.FlushInterval))
			if failed := some(5); failed > 0 {
				t.Errorf("%d appends failed with room again: %s", failed, s.Status().Reason)
			}
			if st := s.Status(); st.Waiting != 0 || st.Dropped != 0 || st.Refused != 0 || st.Reason != "" {
				t.Errorf("status %+v, want nothing waiting and nothing refused: a batch that failed was written in no part", st)
			}
			checkMinutes(t, s, minute, "with room again")
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s = openTest(t, cfg, clk)
			checkMinutes(t, s, minute, "after a restart")
		})
	}
}

func names(i int) string { return "topic-" + string(rune('a'+i%26)) + strings.Repeat("x", i/26) }

// checkMinutes asks for the cluster's ingress over all minutes, and that it is what was appended.
func checkMinutes(t *testing.T, s *Store, minutes int, when string) {
	t.Helper()
	w := workloadOf(t, s, "prod", workload.Window{Start: t0, End: t0.Add(time.Duration(minutes) * time.Minute)})
	sum := 0.0
	for m := range minutes {
		sum += killValue(int64(m))
	}
	if q := w.IngressBytesPerSec; q == nil || q.Samples != minutes || !near(q.Value, sum/float64(minutes)) {
		t.Errorf("%s: ingress %+v, want %d values with a mean of %v", when, q, minutes, sum/float64(minutes))
	}
	full := 0
	for _, topic := range w.TopicList {
		if topic.IngressBytesPerSec != nil && topic.IngressBytesPerSec.Samples == minutes {
			full++
		}
	}
	if full != 2000 {
		t.Errorf("%s: %d of 2000 topics have all minutes", when, full)
	}
}

// On a read-only disk the store opens, answers from what is there together with what comes in, and says what is wrong.
func TestReadOnlyDisk(t *testing.T) {
	dir := smallDisk(t)
	cfg, clk := testConfig(filepath.Join(dir, "history")), newClock(t0)
	s := openTest(t, cfg, clk)
	for m := range 30 {
		appendAll(t, s, clk, ingressSample("prod", "kafka", t0.Add(time.Duration(m)*time.Minute), exactly(10)))
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	remount(t, dir, "ro")
	s, err := Open(cfg, Options{Now: clk.now, Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	for m := 30; m < 60; m++ {
		sample := ingressSample("prod", "kafka", t0.Add(time.Duration(m)*time.Minute), exactly(30))
		clk.set(sample.Window.End)
		if err := s.Append(t.Context(), sample); err == nil || !strings.Contains(err.Error(), "read-only") {
			t.Fatalf("append on a read-only disk: %v", err)
		}
	}
	w := workloadOf(t, s, "prod", workload.Window{Start: t0, End: clk.now()})
	if q := w.IngressBytesPerSec; q == nil || q.Samples != 60 || !near(q.Value, 20) {
		t.Errorf("ingress %+v, want 30 values from disk and 30 from memory", q)
	}
	remount(t, dir, "rw")
	clk.set(clk.now().Add(cfg.FlushInterval))
	if err := s.Maintain(t.Context()); err != nil {
		t.Errorf("writable again: %v", err)
	}
	if st := s.Status(); st.Waiting != 0 || st.Reason != "" {
		t.Errorf("status %+v, want nothing waiting", st)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = openTest(t, cfg, clk)
	w = workloadOf(t, s, "prod", workload.Window{Start: t0, End: t0.Add(time.Hour)})
	if q := w.IngressBytesPerSec; q == nil || q.Samples != 60 || !near(q.Value, 20) {
		t.Errorf("after a restart: ingress %+v, want 60 values", q)
	}
}

func remount(t *testing.T, dir, mode string) {
	t.Helper()
	if out, err := exec.Command("mount", "-o", "remount,"+mode, dir).CombinedOutput(); err != nil {
		t.Fatalf("remount %s: %v: %s", mode, err, out)
	}
}

// The buffer is bounded: what does not fit is dropped, oldest first, and counted.
func TestBufferIsBounded(t *testing.T) {
	p, r := newPending(10_000), roller{cluster: "prod", source: "kafka"}
	const minutes = 2000
	for i := range minutes {
		obs, _ := flatten(&workload.Sample{Totals: workload.Totals{IngressBytesPerSec: exactly(float64(i))}})
		p.add(r.add(minuteWindow(t0.Add(time.Duration(i)*time.Minute)), obs)...)
	}
	if p.dropped == 0 || p.bytes > 10_000 || p.waiting() == 0 ||
		int64(p.waiting())+p.dropped != 2*minutes { // with the length of the window
		t.Errorf("%d values in %d bytes wait, %d dropped, of %d", p.waiting(), p.bytes, p.dropped, 2*minutes)
	}
	if last := p.entries[len(p.entries)-1]; last.end() != t0.Unix()/60+minutes {
		t.Errorf("the newest minute is gone: the last is %d", last.first)
	}
	p.limit += entryBytes + idBytes // for one more
	taken := p.take()
	p.add(&entry{cluster: "prod", first: 1, n: 1, ids: r.ids, shared: true})
	if n := len(p.of("prod")); n != len(taken)+1 {
		t.Errorf("%d entries are read while a batch is being written, want %d", n, len(taken)+1)
	}
	p.back()
	if got := p.of("prod"); len(got) != len(taken)+1 || got[0] != taken[0] || len(p.of("other")) != 0 {
		t.Errorf("%d entries wait after a batch came back, want %d in their order", len(got), len(taken)+1)
	}
}

// A store that another process writes to can be read.
func TestReaderBesideWriter(t *testing.T) {
	cfg, clk := testConfig(t.TempDir()), newClock(t0)
	s := openTest(t, cfg, clk)
	for m := range 30 {
		sample := ingressSample("prod", "kafka", t0.Add(time.Duration(m)*time.Minute), exactly(10))
		sample.Topics = []workload.Topic{{Name: "orders", IngressBytesPerSec: exactly(5)}}
		appendAll(t, s, clk, sample)
	}
	clk.set(clk.now().Add(factsEvery))
	if err := s.Maintain(t.Context()); err != nil {
		t.Fatal(err)
	}
	r, err := OpenReader(cfg, Options{Now: clk.now, Log: zerolog.Nop()})
	if err != nil {
		t.Fatal(err)
	}
	w := workloadOf(t, r, "prod", workload.Window{Start: t0, End: t0.Add(30 * time.Minute)})
	if q := w.IngressBytesPerSec; q == nil || q.Samples != 30 || len(w.TopicList) != 1 || w.TopicList[0].IngressBytesPerSec == nil {
		t.Errorf("ingress %+v, topics %+v", q, w.TopicList)
	}
	if err := r.Append(t.Context(), ingressSample("prod", "kafka", clk.now().Add(-time.Minute), exactly(1))); err == nil {
		t.Error("a reader took a sample")
	}
	if err := r.Close(); err == nil || !errors.Is(err, errReadOnly) && !strings.Contains(err.Error(), "read-only") {
		t.Errorf("close with a sample that was not taken: %v", err)
	}
	if s, err := OpenReader(testConfig(t.TempDir()), Options{Now: clk.now}); err != nil {
		t.Errorf("a store that is not there yet: %v", err)
	} else if w := workloadOf(t, s, "prod", workload.Window{Start: t0, End: t0.Add(time.Hour)}); w.Coverage != 0 {
		t.Errorf("coverage %v of nothing", w.Coverage)
	}
}

// What a killed process has left in the write-ahead log is part of the answers of a disk that is read-only by then.
func TestKilledOnAReadOnlyDisk(t *testing.T) {
	dir := smallDisk(t)
	cfg, clk := testConfig(filepath.Join(dir, "history")), newClock(t0)
	s := openTest(t, cfg, clk)
	for m := range 30 {
		appendAll(t, s, clk, ingressSample("prod", "kafka", t0.Add(time.Duration(m)*time.Minute), exactly(10)))
	}
	killed := testConfig(filepath.Join(dir, "killed"))
	if err := os.Mkdir(killed.Dir, 0o750); err != nil {
		t.Fatal(err)
	}
	for _, suffix := range []string{"", "-wal", "-shm"} { // as they are while the process lives
		data, err := os.ReadFile(filepath.Join(cfg.Dir, fileName+suffix))
		if err == nil {
			err = os.WriteFile(filepath.Join(killed.Dir, fileName+suffix), data, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	remount(t, dir, "ro")
	for what, open := range map[string]func(Config, Options) (*Store, error){"writer": Open, "reader": OpenReader} {
		s, err := open(killed, Options{Now: clk.now, Log: zerolog.Nop()})
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		w := workloadOf(t, s, "prod", workload.Window{Start: t0, End: clk.now()})
		if q := w.IngressBytesPerSec; q == nil || q.Samples != 30 {
			t.Errorf("%s: ingress %+v, want 30 values", what, q)
		}
		if err := s.Close(); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
}
