package review

import (
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// Months are the calendar months (UTC) from first to now, oldest first and at most the newest so many: the first one begins at
// first, the last one ends at now. There are none where first is not before now.
func Months(first, now time.Time, most int) []workload.Window {
	first, now = first.UTC(), now.UTC()
	var out []workload.Window
	for start := first; start.Before(now); {
		end := monthOf(start).AddDate(0, 1, 0)
		w := workload.Window{Start: start, End: end}
		if end.After(now) {
			w.End = now
		}
		out = append(out, w)
		start = end
	}
	return out[max(len(out)-most, 0):]
}

// monthOf is the first instant of the calendar month.
func monthOf(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC) }

// Over reports whether the window ends with its calendar month.
func Over(w workload.Window) bool { return w.End.Equal(monthOf(w.Start).AddDate(0, 1, 0)) }

func fromItsFirst(w workload.Window) bool { return w.Start.Equal(monthOf(w.Start)) }

// WholeMonth reports whether the window is a calendar month from its first to its last instant.
func WholeMonth(w workload.Window) bool { return fromItsFirst(w) && Over(w) }
