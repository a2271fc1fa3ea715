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
	p("# A fleet\n\n")
	p("**Claim.** One process watches a thousand clusters; several share them, and take over from one that fails.\n\n")
	p("Made by `make fleet` from [fleet.json](fleet.json), which has every figure; do not edit. The clusters are simulated: Kafka's protocol\n")
	p("spoken by [kfake](https://pkg.go.dev/github.com/twmb/franz-go/pkg/kfake), one broker each, all in one process beside mskfit. Topics,\n")
	p("partitions and record sizes are drawn from the seed. mskfit is the released program with its defaults, but decides every 2 minutes\n")
	p("instead of every 15, and reads nothing back. First one process watches all clusters, with its history in SQLite; then three share them,\n")
	p("with PostgreSQL and Prometheus on the same machine, and one of the three is killed with SIGKILL.\n\n")
	p("## Runs\n\n| seed | date (UTC) | commit | clusters | partitions | machine | load average |\n| --- | --- | --- | --- | --- | --- | --- |\n")
	for _, r := range d.Runs {
		p("| %d | %s | %.9s | %s, of which %d have %s partitions | %s | %s | %s |\n", r.Seed, r.At.Format("2006-01-02 15:04"), r.Commit,
			count(r.Clusters), r.Large, count(r.LargePartitions), count(r.Partitions), r.Machine, r.Load)
	}
	p("\n`make fleet seed=N` adds a run, or takes the place of the one with that seed; `clusters=N` makes it smaller. n is one window a process.\n\n")
	p("## Cost\n\n| seed | setup | clusters | window | sweeps | failed | verdicts | CPU | of a core | CPU a cluster and minute | RssAnon | requests a sweep |")
	p(" values a cluster and minute | disk a cluster and day |\n|%s\n", strings.Repeat(" --- |", 14))
	for _, r := range d.Runs {
		for _, x := range r.Processes {
			p("| %d | %s | %s | %.0f s | %.0f | %.0f | %.0f | %.1f s | %.0f %% | %.1f ms | %s | %s | %.0f | %s |\n", r.Seed, x.Setup,
				count(x.Clusters), x.Seconds, x.Sweeps, x.Failed, x.Verdicts, x.CPUSeconds, 100*x.CPUSeconds/x.Seconds,
				1000*x.perClusterMinute(x.CPUSeconds), workload.FormatBytes(x.RssAnon), ratio(x.Requests, x.Sweeps),
				x.perClusterMinute(x.Values), x.disk())
		}
	}
	p("\nA sweep that failed is counted and left in. CPU is user and system time of the process; RssAnon is its anonymous memory at the end of\n")
	p("the window. Requests include those of the hourly slow sweep where it falls into the window.\n\n")
	p("## Dashboard\n\n| seed | setup | clusters shown | every cluster has a verdict after | fleet page | its length | page of a large cluster |\n")
	p("| --- | --- | --- | --- | --- | --- | --- |\n")
	for _, r := range d.Runs {
		for _, x := range r.Processes {
			p("| %d | %s | %s | %.0f s | %.0f ms | %s | %.0f ms |\n", r.Seed, x.Setup, count(r.Clusters), x.StartSeconds, x.FleetMillis,
				workload.FormatBytes(float64(x.FleetBytes)), x.ClusterMillis)
		}
	}
	p("\nPages are medians of ten answers. Every replica shows all clusters, those of the others from the ledger.\n\n")
	p("## A replica is killed\n\nLeases last 60 s. Expected: its clusters are collected again within 60 s and what finding out and a sweep's turn take")
	p(" (5 s + 60 s); no other\ncluster moves.\n\n| seed | clusters it held | first collected again | last collected again | other clusters that moved |\n| --- | --- | --- | --- | --- |\n")
	for _, r := range d.Runs {
		t := r.Takeover
		p("| %d | %s | %.0f s | %.0f s | %d |\n", r.Seed, count(t.Clusters), t.FirstSeconds, t.LastSeconds, t.Others)
	}
	p("\nThat no cluster is collected by two replicas at a time, and that no alert is lost or comes twice, is held by\n")
	p("`TestReplicasShareClusters` at every change: three replicas in processes of their own, one killed, one that joins, two that stop.\n\n")
	d.paper(p)
	p("## Not tested\n\n")
	for _, what := range []string{
		"Real brokers: the double answers at once, and on the loopback interface. Brokers that are slow keep a sweep open and cost memory, not CPU.",
		"Reading back days at the first start, CloudWatch, TLS and SASL; large numbers of consumer groups (here one a cluster).",
		"Days of history: here it has minutes. Deciding on 14 days reads more.",
		"More than a thousand clusters, and more than three replicas. PostgreSQL and Prometheus on machines of their own.",
	} {
		p("- %s\n", what)
	}
	return b.String()
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
			disk = max(disk, x.perClusterMinute(x.DiskBytes)*60*24)
			sweeps = goal / 60.0
		}
	}
	p("## 10,000 clusters, on paper\n\nFrom the dearest row of each column, times 10,000; nothing of it was run.\n\n| what | need |\n| --- | --- |\n")
	p("| sweeps | %.0f a second |\n", sweeps)
	p("| processor | %.1f cores of this kind, on all replicas together |\n", cpu*goal/60)
	p("| memory (RssAnon) | %s, on all replicas together; each also shows the others' clusters |\n", workload.FormatBytes(memory*goal))
	p("| history | %s values a second to the external store; in SQLite %s a day |\n", count(int(math.Round(values*goal/60))),
		workload.FormatBytes(disk*goal))
	p("| ledger | %s small updates a second (what each cluster's replica reports), each replica reads all leases 12 times a minute: %s each |\n",
		count(goal/60), workload.FormatBytes(goal*400))
	p("| replicas | %.0f, if each is to use at most half a core, and one more so that one can fail |\n\n", math.Ceil(cpu*goal/60/0.5)+1)
}

func (x Process) perClusterMinute(v float64) float64 {
	return v / float64(max(x.Clusters, 1)) / x.Seconds * 60
}

func (x Process) disk() string {
	if x.DiskBytes == 0 {
		return "external"
	}
	return workload.FormatBytes(x.perClusterMinute(x.DiskBytes) * 60 * 24)
}

func ratio(a, b float64) string {
	if b == 0 {
		return "–"
	}
	return fmt.Sprintf("%.1f", a/b)
}

func count(n int) string { return workload.FormatNumber(float64(n)) }
