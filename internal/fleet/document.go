// Package fleet says what watching many clusters costs: it keeps what its bench measured and writes a report, fleet.md, of it.
// Start with [Document]. The bench is this package's test with -clusters: it simulates clusters in one process and runs mskfit in
// others.
package fleet

import (
	"time"

	"github.com/mskfit/mskfit/internal/measure"
)

// Document is every run that the report shows.
type Document struct {
	Runs []Run `json:"runs"`
	// Notes say about these runs what their figures do not show: what was stopped, and why.
	Notes []string `json:"notes,omitempty"`
}

// Run is one fleet, watched by one process and then by several.
type Run struct {
	// Seed draws the topics and the traffic of the clusters.
	Seed uint64 `json:"seed"`
	// At is when the run began, in UTC.
	At time.Time `json:"at"`
	// Commit is the one of mskfit that was measured; Machine is cores, processor, system and Go version.
	Commit  string `json:"commit"`
	Machine string `json:"machine"`
	// Load is the machine's load average before the run.
	Load string `json:"load_average"`
	// Clusters is how many there were, Large how many of them with LargePartitions; Partitions is the sum of all; 0: not recorded.
	Clusters        int `json:"clusters"`
	Large           int `json:"large"`
	LargePartitions int `json:"large_partitions"`
	Partitions      int `json:"partitions,omitempty"`
	// Shared is how many of them three replicas shared; DecideMinutes how often each was decided.
	Shared        int `json:"shared"`
	DecideMinutes int `json:"decide_minutes"`
	// Processes are those that watched: one, and then three.
	Processes []Process `json:"processes"`
	// Takeover is what followed when one of three was killed; nil: not measured.
	Takeover *Takeover `json:"takeover,omitempty"`
}

// The setups of a run.
const (
	alone    = "one process"
	together = "three replicas"
)

// Process is one mskfit run over a window.
type Process struct {
	// Setup is one process or three replicas; Name is the replica's.
	Setup string `json:"setup"`
	Name  string `json:"name"`
	// Clusters is how many it watched.
	Clusters int     `json:"clusters"`
	Seconds  float64 `json:"seconds"`
	// Sweeps, Failed and Verdicts are collections that went well, that did not, and decisions, in the window.
	Sweeps   float64 `json:"sweeps"`
	Failed   float64 `json:"failed"`
	Verdicts float64 `json:"verdicts"`
	// CPUSeconds is user and system time in the window; RssAnon is anonymous memory in bytes at its end.
	CPUSeconds float64 `json:"cpu_seconds"`
	RssAnon    float64 `json:"rss_anon_bytes"`
	// Requests are those sent to brokers, Values those written to the history, in the window.
	Requests float64 `json:"requests"`
	Values   float64 `json:"values"`
	// DiskBytes is what the data folder grew by in the window; nil where the history is elsewhere.
	DiskBytes *float64 `json:"disk_bytes,omitempty"`
	// FleetMillis and ClusterMillis are the medians of ten answers of the dashboard; FleetBytes is the length of the fleet page.
	FleetMillis   float64 `json:"fleet_page_ms"`
	ClusterMillis float64 `json:"cluster_page_ms"`
	FleetBytes    int     `json:"fleet_page_bytes"`
	// StartSeconds is the time from the start until every cluster had a verdict.
	StartSeconds float64 `json:"start_seconds"`
}

// Takeover is what followed when a replica was killed.
type Takeover struct {
	// Clusters is how many it held; FirstSeconds and LastSeconds are when the first and the last of them were collected again.
	Clusters     int     `json:"clusters"`
	FirstSeconds float64 `json:"first_seconds"`
	LastSeconds  float64 `json:"last_seconds"`
	// Others is how many clusters of the other replicas changed their holder.
	Others int `json:"others_moved"`
}

// Read reads the figures.
func Read(file string) (d Document, err error) {
	err = measure.Read(file, &d)
	return d, err
}

// Write adds the run, in place of one of the same seed, and writes figures and report.
func (d Document) Write(file string, r Run) error {
	runs := []Run{}
	for _, one := range d.Runs {
		if one.Seed != r.Seed {
			runs = append(runs, one)
		}
	}
	d.Runs = append(runs, r)
	return measure.Write(file, d, d.Markdown())
}
