package history

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// mostly is the share of the minutes from which on those that are missing do not make an answer partial: of those since the
// first
// one with data, for an installation that is new has seen all there was to see.
const mostly = 0.95

// coverage counts the minutes with data (covered holds the length in seconds of the window behind each, 0 for none) and reports
// those without, and of those that were read back more coarsely.
func (r *reader) coverage(w *workload.Workload, covered []float32) {
	n := len(covered)
	if n == 0 {
		return
	}
	first := slices.IndexFunc(covered, func(window float32) bool { return window > 0 })
	if first < 0 {
		first = 0
	}
	seen, longest, longestAt, run := 0, 0, 0, 0
	for i, window := range covered[first:] {
		if window > 0 {
			seen++
			run = 0
			continue
		}
		if run++; run > longest {
			longest, longestAt = run, first+i-run+1
		}
	}
	w.Coverage = float64(seen) / float64(n)
	var why []string
	if first > 0 {
		why = append(why, "there is no data before "+r.clock(first))
	}
	if missing := n - first - seen; missing > 0 {
		why = append(why, fmt.Sprintf("there is no data for %s, the longest gap is %s from %s", minutesText(missing),
			stretch(longest), r.clock(longestAt)))
	}
	if seen < n {
		r.gaps = append(r.gaps, workload.Gap{Source: "history", What: fmt.Sprintf("%s of %s minutes", count(n-seen), count(n)),
			Why: strings.Join(why, ", and "), Effect: "they are excluded from all statistics",
			Inherent: float64(seen) >= mostly*float64(n-first)})
	}
	if coarse := coarseMinutes(covered); coarse > 0 {
		r.gaps = append(r.gaps, workload.Gap{Source: "history", What: fmt.Sprintf("%s of %s minutes", count(coarse), count(n)),
			Why:    "they were read back as means of longer windows",
			Effect: "peaks and percentiles within those windows are not visible and may be higher", Inherent: true})
	}
	if st := r.store.Status(); st.Dropped > 0 {
		r.gaps = append(r.gaps, workload.Gap{Source: "history", What: fmt.Sprintf("%s values", count(int(st.Dropped))),
			Why: "the store could not be written and the buffer was full", Effect: "they are excluded from all statistics"})
	}
}

// coarseMinutes counts the minutes that no source saw as a minute of its own.
func coarseMinutes(covered []float32) (n int) {
	for _, window := range covered {
		if window > 60 {
			n++
		}
	}
	return n
}

func (r *reader) minute(i int) time.Time {
	return time.UnixMilli((r.span.first + int64(i)) * minuteMillis).UTC()
}

func (r *reader) clock(i int) string { return r.minute(i).Format("2006-01-02 15:04 MST") }

func minutesText(n int) string {
	if n == 1 {
		return "1 minute"
	}
	return count(n) + " minutes"
}

func count(n int) string { return workload.FormatNumber(float64(n)) }

// stretch writes a number of minutes for people.
func stretch(minutes int) string {
	switch {
	case minutes >= 2*minutesPerDay:
		return fmt.Sprintf("%.1f days", float64(minutes)/minutesPerDay)
	case minutes >= 120:
		return fmt.Sprintf("%.1f hours", float64(minutes)/60)
	}
	return minutesText(minutes)
}
