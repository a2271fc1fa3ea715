package history

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

const (
	// briefly: a gap that only readings without duration had, and for no longer, is that of a first reading. It is no loss: what is
	// still missing, the next window has again.
	briefly = 10 * time.Minute
	// instantsApart is how far apart readings without duration may be and still be of one stretch.
	instantsApart = 20 * time.Minute
	// mostGaps and mostSpans bound what is remembered of a cluster and of one gap.
	mostGaps, mostSpans = 300, 64
)

// loggedGap is a gap that a source recorded, with when.
type loggedGap struct {
	workload.Gap
	LeavesOpen string `json:"leaves_open,omitempty"`
	// Spans are when it was open, oldest first and apart from each other.
	Spans []workload.Window `json:"spans"`
	// Instant is true when only readings without duration had it.
	Instant bool `json:"instant,omitempty"`
}

// gapKey distinguishes gaps.
type gapKey struct{ source, what, why, effect string }

func keyOf(g workload.Gap) gapKey { return gapKey{g.Source, g.What, g.Why, g.Effect} }

// noteGaps takes over what a sample says is missing, and what it has that was missing before in the same minutes. now is when a
// sample without duration was taken.
func (f *knownFacts) noteGaps(s *workload.Sample, obs []observation, now time.Time) {
	open := map[gapKey]bool{}
	for _, g := range s.Gaps {
		open[keyOf(g)] = true
	}
	if instant := s.Window.Duration() <= 0; !instant {
		exact := exactIn(obs)
		f.Gaps = slices.DeleteFunc(f.Gaps, func(g *loggedGap) bool {
			if g.Source != s.Source || open[keyOf(g.Gap)] {
				return false
			}
			if g.Instant {
				return !g.lasted()
			}
			if g.filledBy(exact) {
				g.cut(s.Window)
			}
			return len(g.Spans) == 0
		})
		f.openGaps(s.Gaps, s.Window, false)
	} else {
		f.openGaps(s.Gaps, workload.Window{Start: now, End: now}, true)
	}
}

// openGaps notes that the gaps were open in the window.
func (f *knownFacts) openGaps(gaps []workload.Gap, w workload.Window, instant bool) {
	for _, g := range gaps {
		i := slices.IndexFunc(f.Gaps, func(l *loggedGap) bool { return keyOf(l.Gap) == keyOf(g) })
		if i < 0 {
			f.dropOldestGap()
			f.Gaps = append(f.Gaps, &loggedGap{Gap: g, LeavesOpen: g.LeavesOpen, Instant: instant})
			i = len(f.Gaps) - 1
		}
		l := f.Gaps[i]
		l.Instant = l.Instant && instant
		apart := time.Duration(0)
		if instant {
			apart = instantsApart
		}
		l.add(workload.Window{Start: w.Start.UTC(), End: w.End.UTC()}, apart)
	}
	f.changed = f.changed || len(gaps) > 0
}

func (f *knownFacts) dropOldestGap() {
	if len(f.Gaps) < mostGaps {
		return
	}
	oldest := slices.MinFunc(f.Gaps, func(a, b *loggedGap) int { return a.last().Compare(b.last()) })
	f.Gaps = slices.DeleteFunc(f.Gaps, func(g *loggedGap) bool { return g == oldest })
}

// exactIn are the cluster's quantities that were measured, with bounds on both sides.
func exactIn(obs []observation) map[string]bool {
	out := map[string]bool{}
	for _, o := range obs {
		if o.level == ofCluster && o.figure.Method == workload.Measured && o.figure.Bounded() {
			out[string(o.quantity)] = true
		}
	}
	return out
}

// filledBy reports whether all that the gap leaves open is known.
func (l *loggedGap) filledBy(exact map[string]bool) bool {
	if l.LeavesOpen == "" {
		return false
	}
	for name := range strings.SplitSeq(l.LeavesOpen, ",") {
		if !exact[name] {
			return false
		}
	}
	return true
}

func (l *loggedGap) last() time.Time {
	if len(l.Spans) == 0 {
		return time.Time{}
	}
	return l.Spans[len(l.Spans)-1].End
}

func (l *loggedGap) lasted() bool {
	return slices.ContainsFunc(l.Spans, func(w workload.Window) bool { return w.Duration() >= briefly })
}

// add joins a window to those it touches, or comes within apart of.
func (l *loggedGap) add(w workload.Window, apart time.Duration) {
	var out []workload.Window
	for _, s := range l.Spans {
		if s.End.Add(apart).Before(w.Start) || w.End.Add(apart).Before(s.Start) {
			out = append(out, s)
			continue
		}
		w = joined(w, s)
	}
	out = append(out, w)
	slices.SortFunc(out, func(a, b workload.Window) int { return a.Start.Compare(b.Start) })
	for len(out) > mostSpans { // the two that are nearest become one
		at := 0
		for i := range len(out) - 1 {
			if out[i+1].Start.Sub(out[i].End) < out[at+1].Start.Sub(out[at].End) {
				at = i
			}
		}
		out[at] = joined(out[at], out[at+1])
		out = slices.Delete(out, at+1, at+2)
	}
	l.Spans = out
}

func joined(a, b workload.Window) workload.Window {
	if b.Start.Before(a.Start) {
		a.Start = b.Start
	}
	if b.End.After(a.End) {
		a.End = b.End
	}
	return a
}

// cut takes a window out.
func (l *loggedGap) cut(w workload.Window) {
	var out []workload.Window
	for _, s := range l.Spans {
		if !s.Start.Before(w.End) || !w.Start.Before(s.End) {
			out = append(out, s)
			continue
		}
		if s.Start.Before(w.Start) {
			out = append(out, workload.Window{Start: s.Start, End: w.Start})
		}
		if w.End.Before(s.End) {
			out = append(out, workload.Window{Start: w.End, End: s.End})
		}
	}
	l.Spans = out
}

// NoteGaps keeps gaps that were met at an instant and belong to no sample: a source that could not be read at all. They are
// reported once they last.
func (s *Store) NoteGaps(ctx context.Context, cluster string, at time.Time, gaps []workload.Gap) error {
	s.facts.mu.Lock()
	defer s.facts.mu.Unlock()
	f, err := s.facts.of(ctx, cluster)
	if err != nil {
		return err
	}
	f.openGaps(gaps, workload.Window{Start: at, End: at}, true)
	return nil
}
