package fleet

import (
	"fmt"
	"math"
	"strings"

	"github.com/mskfit/mskfit/internal/texttable"
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
	d.runs().Markdown(&b)
	b.WriteString(cost)
	d.costs().Markdown(&b)
	b.WriteString(dashboard)
	d.pages().Markdown(&b)
	b.WriteString(killed)
	d.takeovers().Markdown(&b)
	b.WriteString(once)
	d.paper(&b)
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

func (d Document) runs() *texttable.Table {
	t := texttable.New("seed", "date (UTC)", "commit", "clusters", "shared by three", "partitions", "decided every", "machine",
		"load average before")
	for _, r := range d.Runs {
		t.Row(r.Seed, r.At.Format("2006-01-02 15:04"), fmt.Sprintf("%.9s", r.Commit),
			fmt.Sprintf("%s; %d with %s partitions", count(r.Clusters), r.Large, count(r.LargePartitions)),
			count(r.Shared), partitions(r.Partitions), fmt.Sprintf("%d min", r.DecideMinutes), r.Machine, r.Load)
	}
	return t
}

func (d Document) costs() *texttable.Table {
	t := texttable.New("seed", "setup", "clusters", "window", "sweeps", "failed", "verdicts", "CPU", "of a core",
		"CPU a cluster and minute", "RssAnon", "requests a sweep", "values a cluster and minute", "disk a cluster and day")
	for _, r := range d.Runs {
		for _, x := range r.Processes {
			t.Row(r.Seed, x.Setup, count(x.Clusters), seconds(x.Seconds), whole(x.Sweeps), whole(x.Failed), whole(x.Verdicts),
				fmt.Sprintf("%.1f s", x.CPUSeconds), whole(100*x.CPUSeconds/x.Seconds)+" %",
				fmt.Sprintf("%.1f ms", 1000*x.perClusterMinute(x.CPUSeconds)), workload.FormatBytes(x.RssAnon),
				ratio(x.Requests, x.Sweeps), whole(x.perClusterMinute(x.Values)), x.disk())
		}
	}
	return t
}

func (d Document) pages() *texttable.Table {
	t := texttable.New("seed", "setup", "clusters shown", "every cluster has a verdict after", "fleet page", "its length",
		"page of a large cluster")
	for _, r := range d.Runs {
		for _, x := range r.Processes {
			t.Row(r.Seed, x.Setup, count(r.watched(x.Setup)), seconds(x.StartSeconds), whole(x.FleetMillis)+" ms",
				workload.FormatBytes(float64(x.FleetBytes)), whole(x.ClusterMillis)+" ms")
		}
	}
	return t
}

func (d Document) takeovers() *texttable.Table {
	t := texttable.New("seed", "clusters it held", "first collected again", "last collected again", "other clusters that moved")
	for _, r := range d.Runs {
		over := r.Takeover
		if over == nil {
			t.Row(r.Seed, "not measured", "–", "–", "–")
			continue
		}
		t.Row(r.Seed, count(over.Clusters), seconds(over.FirstSeconds), seconds(over.LastSeconds), over.Others)
	}
	return t
}

// paper says what 10,000 clusters need, by the dearest run.
func (d Document) paper(b *strings.Builder) {
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
	size := workload.FormatBytes
	b.WriteString("## 10,000 clusters, on paper\n\nFrom the dearest row of each column, times 10,000; nothing of it was run.\n\n")
	t := texttable.New("what", "need")
	t.Row("sweeps", whole(sweeps)+" a second")
	t.Row("processor", fmt.Sprintf("%.1f cores of this kind, on all replicas together", cpu*goal/60))
	t.Row("memory (RssAnon)", size(memory*goal)+", on all replicas together")
	t.Row("history", fmt.Sprintf("%s values a second to the external store; in SQLite %s a day",
		count(int(math.Round(values*goal/60))), size(disk*goal)))
	t.Row("ledger", count(goal/60)+" small updates a second: what the replicas report of their clusters")
	t.Row("replicas", whole(math.Ceil(cpu*goal/60/0.5)+1)+
		", if each is to use at most half a core, and one more so that one can fail")
	t.Markdown(b)
	b.WriteString("\nEach replica also reads all leases every 5 s, and keeps the verdicts of all clusters for its pages: neither was measured\n" +
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

func whole(v float64) string { return fmt.Sprintf("%.0f", v) }

func seconds(v float64) string { return whole(v) + " s" }

func count(n int) string { return workload.FormatNumber(float64(n)) }

func partitions(n int) string {
	if n == 0 {
		return "not recorded"
	}
	return count(n)
}
