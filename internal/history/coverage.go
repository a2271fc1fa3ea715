package history

import (
	"fmt"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// mostly is the share of the minutes from which on those that are missing do not make an answer partial.
const mostly = 0.95

// coverage counts the minutes with data (covered holds the length in seconds of the window behind each, 0 for none) and tells of those without, and of those that were read back more coarsely.
func (r *reader) coverage(w *workload.Workload, covered []float32) {
	n := len(covered)
	if n == 0 {
		return
	}
	seen, longest, longestAt, run := 0, 0, 0, 0
	for i, window := range covered {
		if window > 0 {
			seen++
			run = 0
			continue
		}
		if run++; run > longest {
			longest, longestAt = run, i-run+1
		}
	}
	w.Coverage = float64(seen) / float64(n)
	if seen < n {
		r.gaps = append(r.gaps, workload.Gap{Source: "history", What: fmt.Sprintf("%s of %s minutes", count(n-seen), count(n)),
			Why: fmt.Sprintf("nothing was observed; the longest stretch is %s from %s", stretch(longest),
				r.minute(longestAt).Format("2006-01-02 15:04 MST")),
			Effect: "they are left out of every statistic", Inherent: w.Coverage >= mostly})
	}
	if coarse := coarseMinutes(covered); coarse > 0 {
		r.gaps = append(r.gaps, workload.Gap{Source: "history", What: fmt.Sprintf("%s of %s minutes", count(coarse), count(n)),
			Why:    "they were read back as means of longer windows",
			Effect: "peaks and percentiles within those windows are not seen and may be higher", Inherent: true})
	}
	if st := r.store.Status(); st.Dropped > 0 {
		r.gaps = append(r.gaps, workload.Gap{Source: "history", What: fmt.Sprintf("%s values", count(int(st.Dropped))),
			Why: "the store could not be written and the buffer was full", Effect: "they are left out of every statistic"})
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

func count(n int) string { return workload.FormatNumber(float64(n)) }

// stretch writes a number of minutes for people.
func stretch(minutes int) string {
	switch {
	case minutes >= 2*minutesPerDay:
		return fmt.Sprintf("%.1f days", float64(minutes)/minutesPerDay)
	case minutes >= 120:
		return fmt.Sprintf("%.1f hours", float64(minutes)/60)
	case minutes == 1:
		return "1 minute"
	}
	return fmt.Sprintf("%d minutes", minutes)
}
