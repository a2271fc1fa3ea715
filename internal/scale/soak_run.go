package scale

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// The kinds of a soak.
const (
	Hour  = "real time"
	Month = "accelerated month"
)

// Soak is one run of a daemon under load.
type Soak struct {
	Kind      string    `json:"kind"`
	At        time.Time `json:"at"`
	Commit    string    `json:"commit"`
	Machine   string    `json:"machine"`
	Load      string    `json:"load"` // load average of one minute at the start
	LoadAtEnd string    `json:"load_at_end"`
	Seed      uint64    `json:"seed"`
	Seconds   float64   `json:"seconds"`
	Sweeps    float64   `json:"sweeps"`
	Verdicts  float64   `json:"verdicts"`
	Reloads   int       `json:"reloads"`
	Pages     int       `json:"pages"`   // that were answered
	Refused   []string  `json:"refused"` // pages that were not: status code (0: no answer within five seconds), page, when
	Missed    int       `json:"missed"`  // readings that could not be made
	Exit      int       `json:"exit"`    // exit code of the daemon after SIGTERM
	Samples   []Sample  `json:"samples"`
}

// warmUp is the part of a run that is not judged: a sixth.
func (r *Soak) warmUp() time.Duration { return time.Duration(r.Seconds / 6 * float64(time.Second)) }

// Failed returns what did not hold.
func (r *Soak) Failed() error {
	fits, err := Judge(r.Samples, r.warmUp())
	errs := []error{err}
	for _, f := range fits {
		if !f.Holds() {
			errs = append(errs, fmt.Errorf("%s: grew by %s over the last half, more than allowed", f.Gauge.Name, f.text(f.Last)))
		}
	}
	if r.Exit != 0 {
		errs = append(errs, fmt.Errorf("the daemon ended with exit code %d", r.Exit))
	}
	if len(r.Refused) > 0 {
		errs = append(errs, fmt.Errorf("%d pages were not answered, the first: %s", len(r.Refused), r.Refused[0]))
	}
	return errors.Join(errs...)
}

// Keep puts a run in place of the one of its kind in soak.json, and makes soak.md of both.
func Keep(folder string, r Soak) error {
	file := filepath.Join(folder, "soak.json")
	runs, err := read[Soak](file)
	if err != nil {
		return err
	}
	runs = slices.DeleteFunc(runs, func(other Soak) bool { return other.Kind == r.Kind })
	runs = append(runs, r)
	slices.SortFunc(runs, func(a, b Soak) int { return -strings.Compare(a.Kind, b.Kind) })
	return write(file, runs, SoakMarkdown(runs))
}
