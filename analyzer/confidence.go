package analyzer

import (
	"fmt"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

const (
	// oneCycle and oneWeek are the least spans that show the daily and the weekly peak.
	oneCycle = 24 * time.Hour
	oneWeek  = 7 * oneCycle
	// staleAfter is the age from which data says less about today.
	staleAfter = 7 * oneCycle
	// fullCoverage is the share of a window's minutes below which its peaks may have been missed.
	fullCoverage = 0.9
)

// observed is how much data there is: the part of the window that has any.
func observed(w *workload.Workload) time.Duration {
	return max(time.Duration(float64(w.Window.Duration())*w.Coverage), 0)
}

// confidenceOf says how far the data reaches:
//
//	under a day                      low     the daily peak may be missing
//	a day to a week                  medium  the weekly peak may be missing
//	a week or more, 90 % of it       high
//
// Data that ended over a week ago is one level lower.
func confidenceOf(w *workload.Workload, now time.Time) verdict.Confidence {
	if w.Declared {
		return verdict.Confidence{Level: "declared", Why: "the workload is described by its owner, not observed",
			Coverage: w.Coverage}
	}
	have := observed(w)
	c := verdict.Confidence{Coverage: tidy(w.Coverage)}
	level := 0
	switch {
	case have <= 0:
		c.Level, c.Why = "low", "there is no data yet"
		return c
	case have < oneCycle:
		c.Why = fmt.Sprintf("%s of data: less than a day, so the daily peak may be missing", workload.FormatDuration(have))
	case have < oneWeek:
		level, c.Why = 1, fmt.Sprintf("%s of data: the daily peak is in it, the weekly one may be missing",
			workload.FormatDuration(have))
	case w.Coverage < fullCoverage:
		level, c.Why = 1, fmt.Sprintf("%s of data over %s: %s of the minutes are missing", workload.FormatDuration(have),
			workload.FormatDuration(w.Window.Duration()), percent(1-w.Coverage, 1))
	default:
		level, c.Why = 2, fmt.Sprintf("%s of data, %s of the minutes", workload.FormatDuration(have), percent(w.Coverage, 1))
	}
	if age := now.Sub(w.Window.End); age > staleAfter {
		level = max(level-1, 0)
		c.Why += fmt.Sprintf("; it ended %s ago", workload.FormatDuration(age))
	}
	c.Level = []string{"low", "medium", "high"}[level]
	return c
}

// missing says what a decision lacks, and when it will be there; empty: nothing.
func missing(in *Input, now time.Time) []string {
	w := &in.Workload
	var out []string
	if w.IngressBytesPerSec == nil {
		out = append(out, "ingress is unknown: "+
			howToGet(w, "it needs two readings of the log sizes, or a source that counts it; the gaps list what could not be read",
				"declare ingress, or messages_per_second and average_message_size"))
	}
	if w.Partitions == nil {
		out = append(out, "the number of partitions is unknown: "+
			howToGet(w, "the cluster must answer a Metadata request", "declare partitions"))
	}
	if p := w.Partitions; p != nil && p.High < 1 {
		out = append(out, "there is no partition: nothing flows through a cluster without topics")
	}
	have, need := observed(w), in.Options.MinWindow
	if !w.Declared && have.Round(time.Second) < need { // coverage is a quotient
		at := now.Add(need - have).UTC().Add(time.Minute - 1).Truncate(time.Minute)
		out = append(out, fmt.Sprintf("%s of data is less than the %s that a decision rests on: it will be there at %s at the earliest",
			workload.FormatDuration(have), workload.FormatDuration(need), at.Format("2006-01-02 15:04 UTC")))
	}
	return out
}

func howToGet(w *workload.Workload, seen, declared string) string {
	if w.Declared {
		return declared
	}
	return seen
}
