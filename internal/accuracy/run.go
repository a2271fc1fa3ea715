// Package accuracy says how exact the figures of the Kafka collector are: it keeps what its bench measured and writes a report,
// accuracy.md, of it. Start with [Document]. The bench itself is this package's test with -accuracy: it starts real Apache
// Kafka and holds every figure against the brokers' own counters.
package accuracy

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/mskfit/mskfit/internal/measure"
)

// Document is every run that the report shows.
type Document struct {
	// Runs are in the order in which they were made.
	Runs []Run `json:"runs"`
}

// Run is one observation of one cluster under one load.
type Run struct {
	// Cluster names version, mode and size: "4.3.1 KRaft, 3 brokers".
	Cluster string `json:"cluster"`
	// Seed makes the load: the same seed sends the same records.
	Seed uint64 `json:"seed"`
	// At is when the run began, in UTC.
	At time.Time `json:"at"`
	// Commit is the one of mskfit that was measured.
	Commit string `json:"commit"`
	// Machine is cores, processor, system and Go version.
	Machine string `json:"machine"`
	// Load is the machine's load average before the run: a busy machine blurs the edges of windows.
	Load    string  `json:"load_average"`
	Seconds float64 `json:"seconds"` // of the whole window
	// Sweeps is how often the cluster was read in the window.
	Sweeps int `json:"sweeps"`
	// Rows are all figures, by scenario.
	Rows []Row `json:"rows"`
	// Windows count how often the truth lay within the bounds in the windows between two sweeps.
	Windows []Windows `json:"windows"`
	// Past compares what was read back of the past.
	Past []Past `json:"past,omitempty"`
}

// Quantities, in the order of the document.
const (
	BytesIn  = "bytes in"
	Messages = "messages in"
	BytesOut = "bytes out"
	Hottest  = "hottest partition"
	Stored   = "stored bytes"
	Largest  = "largest record batch"
	Produce  = "produce requests"
)

// Row is one figure of one scenario beside the truth, over the whole window.
type Row struct {
	// Scenario names the kind of traffic.
	Scenario string `json:"scenario"`
	// Quantity is the verdict's name of the figure.
	Quantity string `json:"quantity"`
	// Estimate is nil where there is no figure; High is nil where nothing bounds it from above.
	Estimate *float64 `json:"estimate"`
	// Low is the figure's lower bound; 0 where there is no figure.
	Low  float64  `json:"low"`
	High *float64 `json:"high"`
	// Truth is what the counters say, in the unit of the quantity.
	Truth float64 `json:"truth"`
	// Blur is how long the reading of the counters took, as a share of the window: the truth is not known better.
	Blur float64 `json:"blur"`
	// UpperBound: only High is compared with the truth, and Estimate is no estimate of it.
	UpperBound bool `json:"upper_bound,omitempty"`
	// Source says who counted the truth, where it is not the brokers' counters.
	Source string `json:"source,omitempty"`
}

// Off is the error of the estimate as a share of the truth; false where there is no estimate, nothing but a bound, or no truth.
func (r Row) Off() (float64, bool) {
	if r.Estimate == nil || r.UpperBound || r.Truth == 0 {
		return 0, false
	}
	return *r.Estimate/r.Truth - 1, true
}

// Inside reports whether the truth, as far as it is known, lies within the bounds; a figure that is missing has none.
func (r Row) Inside() bool {
	if r.Estimate == nil {
		return false
	}
	return r.Truth*(1+r.Blur) >= r.Low && (r.High == nil || r.Truth*(1-r.Blur) <= *r.High)
}

// Windows are the windows of one quantity of one scenario.
type Windows struct {
	// Scenario names the kind of traffic.
	Scenario string `json:"scenario"`
	// Quantity is the verdict's name of the figure.
	Quantity string `json:"quantity"`
	// Inside is in how many windows the bounds held the truth.
	Inside int `json:"inside"`
	// Of is how many windows were compared.
	Of int `json:"of"`
	// MedianWidth is that of the bounds, (high − low) ÷ truth; nil where most have no upper bound.
	MedianWidth *float64 `json:"median_width"`
}

// Add puts a run in the place of the one of the same cluster and seed.
func (d *Document) Add(r Run) {
	d.Runs = slices.DeleteFunc(d.Runs, func(o Run) bool { return o.Cluster == r.Cluster && o.Seed == r.Seed })
	d.Runs = append(d.Runs, r)
	slices.SortStableFunc(d.Runs, func(a, b Run) int {
		if a.Cluster != b.Cluster {
			return cmp.Compare(b.Cluster, a.Cluster) // the newest version first
		}
		return cmp.Compare(a.Seed, b.Seed)
	})
}

// Summary is what the document says of one quantity over all runs.
type Summary struct {
	Quantity string
	// Rows is the number of figures: Missing are unknown, Inside have bounds that hold the truth. Within1 and Within3 are off
	// by 1 % and 3 % at most, and Worst is the largest error, as a share (NaN of none); all three leave out upper bounds and
	// figures whose truth is 0.
	Rows, Missing, Within1, Within3, Inside int
	Worst                                   float64
	// Width is the median width of the bounds, (high − low) ÷ truth; NaN where none has an upper one.
	Width float64
	// WindowsInside of WindowsOf short windows held the truth; WindowWidth is the median of their widths.
	WindowsInside, WindowsOf int
	WindowWidth              float64
}

// Summarize adds up one quantity.
func (d Document) Summarize(quantity string) Summary {
	s := Summary{Quantity: quantity, Worst: math.NaN()}
	var widths, windows []float64
	for _, run := range d.Runs {
		for _, r := range run.Rows {
			if r.Quantity != quantity {
				continue
			}
			s.Rows++
			if r.Inside() {
				s.Inside++
			}
			if r.Estimate == nil {
				s.Missing++
			}
			if r.High != nil && r.Truth > 0 && !r.UpperBound {
				widths = append(widths, (*r.High-r.Low)/r.Truth)
			}
			off, ok := r.Off()
			if !ok {
				continue
			}
			if math.IsNaN(s.Worst) || math.Abs(off) > s.Worst {
				s.Worst = math.Abs(off)
			}
			if math.Abs(off) <= 0.01 {
				s.Within1++
			}
			if math.Abs(off) <= 0.03 {
				s.Within3++
			}
		}
		for _, w := range run.Windows {
			if w.Quantity == quantity {
				s.WindowsInside, s.WindowsOf = s.WindowsInside+w.Inside, s.WindowsOf+w.Of
				if w.MedianWidth != nil {
					windows = append(windows, *w.MedianWidth)
				}
			}
		}
	}
	s.Width, s.WindowWidth = measure.Median(widths), measure.Median(windows)
	return s
}
