package fleet

import (
	"fmt"
	"math"
	"strings"

	"github.com/mskfit/mskfit/internal/workload"
)

// Markdown is the report.
func (d Document) Markdown() string {
	var b strings.Builder
	p := func(format string, args ...any) { fmt.Fprintf(&b, format, args...) }
	b.WriteString(introduction)
	p("**Goal.** 1,000 clusters. **Result.** The largest fleets that were watched over a whole window without a failed sweep: %s by one\n"+
		"process, %s by three.\n\n", count(d.most(alone)), count(d.most(together)))
	b.WriteString(ofRuns)
	for _, r := range d.Runs {
		p("| %d | %s | %.9s | %s; %d with %s partitions | %s | %s | %s |\n", r.Seed, r.At.Format("2006-01-02 15:04"),
			r.Commit, count(r.Clusters), r.Large, count(r.LargePartitions), partitions(r.Partitions), r.Machine, r.Load)
	}
	b.WriteString(cost)
	for _, r := range d.Runs {
		for _, x := range r.Processes {
			p("| %d | %s | %s | %.0f s | %.0f | %.0f | %.0f | %.1f s | %.0f %% | %.1f ms | %s | %s | %.0f | %s |\n", r.Seed,
				x.Setup, count(x.Clusters), x.Seconds, x.Sweeps, x.Failed, x.Verdicts, x.CPUSeconds, 100*x.CPUSeconds/x.Seconds,
				1000*x.perClusterMinute(x.CPUSeconds), workload.FormatBytes(x.RssAnon), ratio(x.Requests, x.Sweeps),
				x.perClusterMinute(x.Values), x.disk())
		}
	}
	b.WriteString(dashboard)
	for _, r := range d.Runs {
		for _, x := range r.Processes {
			p("| %d | %s | %s | %.0f s | %.0f ms | %s | %.0f ms |\n", r.Seed, x.Setup, count(r.watched(x.Setup)), x.StartSeconds,
				x.FleetMillis, workload.FormatBytes(float64(x.FleetBytes)), x.ClusterMillis)
		}
	}
	b.WriteString(killed)
	for _, r := range d.Runs {
		t := r.Takeover
		if t == nil {
			p("| %d | not measured | – | – | – |\n", r.Seed)
			continue
		}
		p("| %d | %s | %.0f s | %.0f s | %d |\n", r.Seed, count(t.Clusters), t.FirstSeconds, t.LastSeconds, t.Others)
	}
	b.WriteString(once)
	d.paper(p)
	b.WriteString(untested)
	for _, note := range d.Notes {
		p("- %s\n", note)
	}
	return b.String()
}

// watched is how many clusters the processes of a setup watch.
func (r Run) watched(setup string) (clusters int) {
	for _, x := range r.Processes {
		if x.Setup == setup {
			clusters += x.Clusters
		}
	}
	return clusters
}

// most is the largest fleet of a setup that was watched over a window without a failed sweep; 0: none.
func (d Document) most(setup string) (clusters int) {
	for _, r := range d.Runs {
		failed := 0.0
		for _, x := range r.Processes {
			if x.Setup == setup {
				failed += x.Failed
			}
		}
		if failed == 0 {
			clusters = max(clusters, r.watched(setup))
		}
	}
	return clusters
}

// paper says what 10,000 clusters need, by the dearest run.
func (d Document) paper(p func(format string, args ...any)) {
	const goal = 10_000
	var cpu, memory, sweeps, values, disk float64
	for _, r := range d.Runs {
		for _, x := range r.Processes {
			cpu = max(cpu, x.perClusterMinute(x.CPUSeconds))
			memory = max(memory, x.RssAnon/float64(x.Clusters))
			values = max(values, x.perClusterMinute(x.Values))
			if x.DiskBytes != nil {
				disk = max(disk, x.perClusterMinute(*x.DiskBytes)*60*24)
			}
			sweeps = goal / 60.0
		}
	}
	b := workload.FormatBytes
	p("## 10,000 clusters, on paper\n\nFrom the dearest row of each column, times 10,000; nothing of it was run.\n\n")
	p("| what | need |\n| --- | --- |\n")
	p("| sweeps | %.0f a second |\n", sweeps)
	p("| processor | %.1f cores of this kind, on all replicas together |\n", cpu*goal/60)
	p("| memory (RssAnon) | %s, on all replicas together |\n", b(memory*goal))
	p("| history | %s values a second to the external store; in SQLite %s a day |\n", count(int(math.Round(values*goal/60))),
		b(disk*goal))
	p("| ledger | %s small updates a second: what the replicas report of their clusters |\n", count(goal/60))
	p("| replicas | %.0f, if each is to use at most half a core, and one more so that one can fail |\n\n",
		math.Ceil(cpu*goal/60/0.5)+1)
	p("Each replica also reads all leases every 5 s, and keeps the verdicts of all clusters for its pages: neither was measured\n" +
		"apart.\n\n")
}

func (x Process) perClusterMinute(v float64) float64 {
	return v / float64(max(x.Clusters, 1)) / x.Seconds * 60
}

func (x Process) disk() string {
	if x.DiskBytes == nil {
		return "external"
	}
	return workload.FormatBytes(x.perClusterMinute(*x.DiskBytes) * 60 * 24)
}

func ratio(a, b float64) string {
	if b == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f", a/b)
}

func count(n int) string { return workload.FormatNumber(float64(n)) }

func partitions(n int) string {
	if n == 0 {
		return "not recorded"
	}
	return count(n)
}
