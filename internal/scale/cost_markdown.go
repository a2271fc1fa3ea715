package scale

import (
	"fmt"
	"strings"

	"github.com/mskfit/mskfit/internal/measure"
	"github.com/mskfit/mskfit/internal/texttable"
)

const scaleHead = `# Scale

**Claim.** A sweep costs three brokers a few dozen requests at most, however many partitions and groups they have. **Goal.** It takes at
most 1.5 times the time of the bare requests; the first table says where that is reached and where it is missed.

Made by ` + "`make scale`" + ` from [scale.json](scale.json), which has the time of every sweep; do not edit. The fake (kfake with prepared
answers) runs in a process of its own, so that its cost is not counted. Each sweep is followed by the bare requests in the same process: metadata, end offsets twice,
log sizes, groups, their commits and descriptions, sent with the same client library, decoded and dropped. A sweep also fetches a few
record batches, which the bare requests leave out. The ratio is taken pair by pair, and the table has its median: both of a pair see the
same load of the machine. CPU is user and system time of the observing process, which other processes disturb less than the time on the
clock. The load of the fake is fixed, so there is no seed. Values are medians with the least and the most.

The truth: the client library's hooks count requests and bytes, the kernel counts CPU and memory (RssAnon, every 20 ms), the Go runtime
counts allocations and live heap. The memory of a case follows the smaller cases in one process, after memory was given back to the system.

`

const scaleUntested = `## Not tested

- Brokers on other machines: everything is on loopback and shares the processors, so network time is missing and waiting is too long.
- More than three brokers on the real cluster, and more partitions than three brokers hold in this memory.
- Other exporters where no binary was given: ` + "`make scale PEERS=\"kminion=/path kafka_exporter=/path\"`" + ` adds them to the table of
  the real cluster. Here neither could be downloaded, and what reads their pages was not tried on them.
- TLS, SASL and a long history during the sweeps.
`

// goal is how much of the bare cost a sweep may take.
const goal = 1.5

// CostMarkdown is the document for people: the last run, and the medians of the one before.
func CostMarkdown(runs []Run) string {
	var b strings.Builder
	b.WriteString(scaleHead)
	if len(runs) > 0 {
		last := runs[len(runs)-1]
		fmt.Fprintf(&b, "%s, commit %.12s, %s, load average %s. n is the number of pairs.\n\n", last.At.Format(minute), last.Commit,
			last.Machine, last.Load)
		last.times(&b)
		last.sizes(&b)
		last.peers(&b)
		last.rest(&b)
		if len(runs) > 1 {
			compare(&b, runs[len(runs)-2], last)
		}
	}
	b.WriteString(scaleUntested)
	return b.String()
}

// own are the costs of mskfit.
func (r Run) own() (out []Cost) {
	for _, c := range r.Costs {
		if c.Program == "mskfit" {
			out = append(out, c)
		}
	}
	return out
}

func (r Run) times(b *strings.Builder) {
	b.WriteString("## Time of a sweep\n\n")
	t := texttable.New("cluster", "partitions", "groups", "n", "sweep, ms", "bare, ms", "ratio", "goal ≤ 1.5", "CPU of a sweep, ms",
		"of the bare, ms", "ratio")
	for _, c := range r.own() {
		ratio := measure.Median(ratios(c.Wall, c.BareWall))
		t.Row(c.Cluster, number(c.Partitions), number(c.Groups), len(c.Wall), interval(c.Wall),
			interval(c.BareWall), fmt.Sprintf("%.2f", ratio),
			map[bool]string{true: "reached", false: "**missed**"}[ratio <= goal], interval(c.CPU),
			interval(c.BareCPU), fmt.Sprintf("%.2f", measure.Median(ratios(c.CPU, c.BareCPU))))
	}
	t.Markdown(b)
	b.WriteString("\n")
	for _, failure := range r.Failed {
		fmt.Fprintf(b, "- not measured: %s\n\n", failure)
	}
}

func (r Run) sizes(b *strings.Builder) {
	b.WriteString("## Requests, bytes and memory\n\n")
	t := texttable.New("cluster", "partitions", "groups", "requests a sweep", "MB sent", "MB received", "allocations", "MB allocated",
		"live heap, MB", "RssAnon, MB", "most")
	for _, c := range r.own() {
		t.Row(c.Cluster, number(c.Partitions), number(c.Groups), fmt.Sprintf("%.1f", c.Requests), mb(c.Sent), mb(c.Received),
			number(int(c.Allocs)), mb(c.Allocated), mb(c.Heap), mb(c.Anonymous), mb(c.Most))
	}
	t.Markdown(b)
	b.WriteString("\n")
}

func mb(v float64) string { return fmt.Sprintf("%.1f", v/1e6) }

func (r Run) peers(b *strings.Builder) {
	b.WriteString("## Beside other exporters, on the real cluster\n\n")
	t := texttable.New("program", "partitions", "groups", "n", "requests a sweep", "time, ms", "RssAnon, MB")
	seen := map[string]bool{}
	for _, c := range r.Costs {
		if seen[c.Program] = true; !strings.HasPrefix(c.Cluster, "Apache Kafka") {
			continue
		}
		t.Row(c.Program, number(c.Partitions), number(c.Groups), len(c.Wall), fmt.Sprintf("%.1f", c.Requests),
			interval(c.Wall), mb(c.Anonymous))
	}
	for _, peer := range []string{"kminion", "kafka_exporter"} {
		if !seen[peer] {
			t.Row(peer, "–", "–", "0", "unknown: no binary was given", "unknown", "unknown")
		}
	}
	t.Markdown(b)
	b.WriteString("\n")
}

func (r Run) rest(b *strings.Builder) {
	b.WriteString("## The daemon at rest\n\n")
	if r.Rest == nil {
		b.WriteString("Not measured in this run.\n\n")
		return
	}
	fmt.Fprintf(b, "A process of its own with every default, 10,000 partitions, 500 topics, two weeks of history; %.0f seconds with "+
		"%.0f sweeps.\nGoal: 60 MB of anonymous memory.\n\n", r.Rest.Seconds, r.Rest.Sweeps)
	t := texttable.New("RssAnon, median", "most", "heap in use", "mapped files and program text (RssFile)", "resident in all",
		"share of a core")
	t.Row(mb(r.Rest.Anonymous)+" MB", mb(r.Rest.Most)+" MB", mb(r.Rest.Heap)+" MB", mb(r.Rest.Files)+" MB",
		mb(r.Rest.Resident)+" MB",
		fmt.Sprintf("%.1f %%", 100*r.Rest.Core))
	t.Markdown(b)
	b.WriteString("\n")
}

// compare holds the medians of two runs against each other.
func compare(b *strings.Builder, before, last Run) {
	fmt.Fprintf(b, "## The run before\n\n%s, commit %.12s, load average %s. Medians of both runs, the earlier one first.\n\n",
		before.At.Format(minute), before.Commit, before.Load)
	t := texttable.New("cluster", "partitions", "groups", "sweep, ms", "ratio of time", "ratio of CPU", "requests", "live heap, MB")
	for _, c := range last.own() {
		for _, o := range before.own() {
			if o.key() == c.key() {
				t.Row(c.Cluster, number(c.Partitions), number(c.Groups),
					fmt.Sprintf("%.0f, %.0f", 1e3*measure.Median(o.Wall), 1e3*measure.Median(c.Wall)),
					fmt.Sprintf("%.2f, %.2f", measure.Median(ratios(o.Wall, o.BareWall)),
						measure.Median(ratios(c.Wall, c.BareWall))),
					fmt.Sprintf("%.2f, %.2f", measure.Median(ratios(o.CPU, o.BareCPU)), measure.Median(ratios(c.CPU, c.BareCPU))),
					fmt.Sprintf("%.1f, %.1f", o.Requests, c.Requests), mb(o.Heap)+", "+mb(c.Heap))
			}
		}
	}
	t.Markdown(b)
	b.WriteString("\n")
}
