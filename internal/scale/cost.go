package scale

import (
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/mskfit/mskfit/internal/measure"
)

// Run is one run of make scale.
type Run struct {
	ID      string    `json:"id"` // what the parts of a run have in common
	At      time.Time `json:"at"`
	Commit  string    `json:"commit"`
	Machine string    `json:"machine"`
	Load    string    `json:"load"` // load average of one minute before the last part
	Costs   []Cost    `json:"costs"`
	Rest    *Rest     `json:"rest,omitempty"`
	Failed  []string  `json:"failed,omitempty"` // parts that could not be measured, and why
}

// Cost is what observing one cluster costs. Series have a value for each sweep; times are in seconds.
type Cost struct {
	Cluster    string    `json:"cluster"` // what answers: the fake, or Apache Kafka and its version
	Program    string    `json:"program"` // what observes
	Partitions int       `json:"partitions"`
	Groups     int       `json:"groups"`
	Wall       []float64 `json:"wall"`
	CPU        []float64 `json:"cpu,omitempty"`
	BareWall   []float64 `json:"bare_wall,omitempty"` // of the same requests sent and decoded, each right after the sweep
	BareCPU    []float64 `json:"bare_cpu,omitempty"`
	Requests   float64   `json:"requests"` // of a sweep
	Sent       float64   `json:"sent"`     // bytes of a sweep
	Received   float64   `json:"received"`
	Allocs     float64   `json:"allocs,omitempty"` // of a sweep
	Allocated  float64   `json:"allocated,omitempty"`
	Heap       float64   `json:"heap,omitempty"`      // live bytes after the last sweep, collected
	Anonymous  float64   `json:"anonymous,omitempty"` // RssAnon: the median during sweeps, sampled every 20 ms
	Most       float64   `json:"most,omitempty"`      // and the most of it
}

// key is what costs of two runs are compared by.
func (c Cost) key() string {
	return fmt.Sprintf("%s %s %d %d", c.Cluster, c.Program, c.Partitions, c.Groups)
}

// Rest is the daemon in a process of its own with every default.
type Rest struct {
	Seconds   float64 `json:"seconds"`
	Sweeps    float64 `json:"sweeps"`
	Core      float64 `json:"core"`      // share of one core
	Anonymous float64 `json:"anonymous"` // bytes, the median
	Most      float64 `json:"most"`      // of RssAnon
	Heap      float64 `json:"heap"`      // in use, the median
	Files     float64 `json:"files"`     // RssFile: mapped files and program text, the median
	Resident  float64 `json:"resident"`  // the median
}

// Add changes the run with the identity of head in scale.json, or begins it, and writes scale.md. The last two runs are kept.
func Add(folder string, head Run, change func(*Run)) error {
	file := filepath.Join(folder, "scale.json")
	runs, err := read[Run](file)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(runs, func(r Run) bool { return r.ID == head.ID })
	if i < 0 {
		runs = append(runs, head)
		i = len(runs) - 1
	}
	runs[i].Load = head.Load
	change(&runs[i])
	runs = runs[max(0, len(runs)-2):]
	return write(file, runs, CostMarkdown(runs))
}

// KeepCost puts a cost in place of the one of the same cluster and program.
func (r *Run) KeepCost(c Cost) {
	r.Costs = slices.DeleteFunc(r.Costs, func(other Cost) bool { return other.key() == c.key() })
	r.Costs = append(r.Costs, c)
}

// ratios are those of each sweep to the bare requests right after it.
func ratios(sweep, bare []float64) (out []float64) {
	for i := range min(len(sweep), len(bare)) {
		out = append(out, sweep[i]/bare[i])
	}
	return out
}

// interval is the median of times in seconds with the least and the most, in milliseconds.
func interval(values []float64) string {
	if len(values) == 0 {
		return "–"
	}
	one := func(v float64) string { return fmt.Sprintf("%.0f", v*1e3) }
	return fmt.Sprintf("%s (%s–%s)", one(measure.Median(values)), one(slices.Min(values)), one(slices.Max(values)))
}

func number(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
