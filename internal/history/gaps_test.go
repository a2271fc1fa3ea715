package history

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// missing is a gap of the source.
func missing(what, why string, leavesOpen ...string) workload.Gap {
	return workload.Gap{Source: "cloudwatch", What: what, Why: why, Effect: "wider bounds",
		LeavesOpen: strings.Join(leavesOpen, ",")}
}

// recorded are the gaps of the window that come from the source, as "what: why (when)".
func recorded(t *testing.T, s *Store, w workload.Window) (out []string) {
	t.Helper()
	for _, g := range workloadOf(t, s, "prod", w).Gaps {
		if g.Source == "cloudwatch" {
			out = append(out, g.What+": "+g.Why+" ("+g.When()+")")
		}
	}
	return out
}

// A gap stays in the answers on its window after it is over, once, with its time; one that was always there has none.
func TestAGapIsRememberedWithItsTime(t *testing.T) {
	c := newClock(t0)
	dir := t.TempDir()
	s := openTest(t, testConfig(dir), c)
	for m := range 300 {
		one := ingressSample("prod", "cloudwatch", t0.Add(time.Duration(m)*time.Minute), exactly(1000))
		one.Gaps = []workload.Gap{missing("request rate", "no such metric")}
		if m >= 60 && m < 125 {
			one.Gaps = append(one.Gaps, missing("list of nodes", "access denied"))
		}
		if m >= 250 {
			one.Gaps = append(one.Gaps, missing("SCRAM users", "access denied, too"))
		}
		if m == 70 || m == 80 {
			one.Gaps = append(one.Gaps, missing("BytesInPerSec of broker "+string(rune('1'+m/80)), "late"))
		}
		appendAll(t, s, c, one)
	}
	want := []string{
		"BytesInPerSec of broker 1; BytesInPerSec of broker 2: late (2 minutes between 2026-03-02 01:10 and 2026-03-02 01:21)",
		"SCRAM users: access denied, too (since 2026-03-02 04:10)",
		"list of nodes: access denied (65 minutes between 2026-03-02 01:00 and 2026-03-02 02:05)",
		"request rate: no such metric ()",
	}
	window := workload.Window{Start: t0, End: c.now()}
	if got := recorded(t, s, window); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if err := s.facts.save(t.Context(), time.Time{}); err != nil {
		t.Fatal(err)
	}
	reader, err := OpenReader(testConfig(dir), Options{Now: c.now})
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if got := recorded(t, reader, window); !slices.Equal(got, want) {
		t.Errorf("another process has\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	late := []string{want[1], "request rate: no such metric ()"}
	if got := recorded(t, s, workload.Window{Start: t0.Add(3 * time.Hour), End: c.now()}); !slices.Equal(got, late) {
		t.Errorf("after it was over: %q, want %q", got, late)
	}
}

// A minute that comes late with its figure is no gap any more, and the minutes beside it still are.
func TestAGapThatWasFilledIsCut(t *testing.T) {
	c := newClock(t0)
	s := openTest(t, testConfig(t.TempDir()), c)
	guess := figure(900, 0, 1000, workload.Estimated)
	for m := range 20 {
		one := ingressSample("prod", "cloudwatch", t0.Add(time.Duration(m)*time.Minute), exactly(1000))
		if m >= 5 && m < 10 {
			one = ingressSample("prod", "cloudwatch", t0.Add(time.Duration(m)*time.Minute), guess)
			one.Gaps = []workload.Gap{missing("BytesInPerSec of broker 3", "late", "ingress_bytes_per_second")}
		}
		appendAll(t, s, c, one)
	}
	for m := 5; m < 8; m++ {
		if err := s.Append(t.Context(), ingressSample("prod", "cloudwatch", t0.Add(time.Duration(m)*time.Minute),
			exactly(1000))); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"BytesInPerSec of broker 3: late (2 minutes between 2026-03-02 00:08 and 2026-03-02 00:10)"}
	if got := recorded(t, s, workload.Window{Start: t0, End: c.now()}); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// What only a first reading lacks is gone with the next one; what keeps a source from being read for long is not.
func TestGapsOfAnInstant(t *testing.T) {
	c := newClock(t0)
	s := openTest(t, testConfig(t.TempDir()), c)
	instant := func(g workload.Gap) {
		appendAll(t, s, c, workload.Sample{Cluster: "prod", Source: "cloudwatch", Window: workload.Window{Start: t0, End: t0},
			Gaps: []workload.Gap{g}})
	}
	instant(missing("rates", "first reading"))
	c.set(t0.Add(time.Minute))
	appendAll(t, s, c, ingressSample("prod", "cloudwatch", c.now(), exactly(1000)))
	for m := 2; m < 90; m++ {
		c.set(t0.Add(time.Duration(m) * time.Minute))
		if m%2 == 0 {
			instant(missing("rates", "the budget is spent"))
		}
		if m < 30 {
			if err := s.NoteGaps(t.Context(), "prod", c.now(),
				[]workload.Gap{missing("all of this source", "unreachable")}); err != nil {
				t.Fatal(err)
			}
		}
	}
	appendAll(t, s, c, ingressSample("prod", "cloudwatch", t0.Add(90*time.Minute), exactly(1000)))
	want := []string{
		"all of this source: unreachable (27 minutes between 2026-03-02 00:02 and 2026-03-02 00:29)",
		"rates: the budget is spent (86 minutes between 2026-03-02 00:02 and 2026-03-02 01:28)",
	}
	if got := recorded(t, s, workload.Window{Start: t0, End: c.now()}); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// An hour with only a known ceiling is not covered, and counts for the longest stretch.
func TestAnHourOfGuessesIsMissing(t *testing.T) {
	c := newClock(t0)
	s := openTest(t, testConfig(t.TempDir()), c)
	for m := range 48 * 60 {
		f := exactly(1000)
		if m >= 600 && m < 660 {
			f = figure(1000, 0, 1200, workload.Estimated)
		}
		appendAll(t, s, c, ingressSample("prod", "cloudwatch", t0.Add(time.Duration(m)*time.Minute), f))
	}
	w := workloadOf(t, s, "prod", workload.Window{Start: t0, End: t0.Add(48 * time.Hour)})
	if !near(w.Coverage, 47.0/48) {
		t.Errorf("coverage %v, want 47 of 48 hours", w.Coverage)
	}
	if !slices.ContainsFunc(w.Gaps, func(g workload.Gap) bool {
		return strings.Contains(g.Why, "the longest gap is 60 minutes from 2026-03-02 10:00 UTC")
	}) {
		t.Errorf("gaps %+v do not name the hour", w.Gaps)
	}
}

// A topic that CloudWatch has heard nothing of for a while may be there all the same; Kafka's list says.
func TestOnlyAListTellsThatATopicIsGone(t *testing.T) {
	for source, want := range map[string]string{
		"cloudwatch": "they carried data in the window and publish no metrics any more: whether they still exist is not known",
		"kafka":      "they carried data in the window and no longer exist",
	} {
		c := newClock(t0)
		s := openTest(t, testConfig(t.TempDir()), c)
		for m := range 20 {
			one := ingressSample("prod", source, t0.Add(time.Duration(m)*time.Minute), exactly(1000))
			one.Topics = []workload.Topic{{Name: "a", IngressBytesPerSec: exactly(500)}}
			if m < 10 {
				one.Topics = append(one.Topics, workload.Topic{Name: "b", IngressBytesPerSec: exactly(500)})
			}
			appendAll(t, s, c, one)
		}
		gaps := workloadOf(t, s, "prod", workload.Window{Start: t0, End: c.now()}).Gaps
		if len(gaps) != 1 || gaps[0].What != "topics b" || gaps[0].Why != want {
			t.Errorf("%s: %+v, want %q", source, gaps, want)
		}
	}
}
