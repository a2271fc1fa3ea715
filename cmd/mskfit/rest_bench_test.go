//go:build linux

package main

import (
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/mskfit/mskfit/internal/history"
	"github.com/mskfit/mskfit/internal/measure"
	"github.com/mskfit/mskfit/internal/scale"
	"github.com/mskfit/mskfit/internal/testbed"
	"github.com/mskfit/mskfit/internal/workload"
)

var (
	restFor     = flag.Duration("rest", 3*time.Minute, "how long the daemon at rest is looked at")
	restDecides = flag.String("rest-analyze", "*/15 * * * *", "when the daemon at rest decides")
	restOut     = flag.String("scale-out", "", "folder of scale.json, to which the figures are added; empty: none")
	restRun     = flag.String("scale-run", "", "identity of the run that they belong to")
	restOf      = flag.String("commit", "", "commit that is measured")
	restDays    = flag.Int("rest-days", 14, "days of history that the daemon at rest finds")
)

// The cluster of the daemon at rest: 10,000 partitions that each take in a little, and groups that read some.
const (
	restTopics, restPartitions = 500, 20
	restGroups                 = 10
)

// BenchmarkRest is the daemon in a process of its own with every default, on a cluster of 10,000 partitions and 500 topics with two
// weeks of history: what it takes of a core, and of memory in the middle of the time and at most, while nothing but its schedule
// happens. Its own memory is what the system cannot drop and read again: not the program's text (51 MB), nor the history's files.
//
//	go test ./cmd/mskfit -run '^$' -bench Rest -benchtime 1x -rest 16m
//
// A quarter of an hour has fifteen sweeps and one decision.
func BenchmarkRest(b *testing.B) {
	dir := b.TempDir()
	addresses := restCluster(b)
	remember(b, filepath.Join(dir, "history"))
	program := testbed.Mskfit(b)
	file := filepath.Join(dir, "mskfit.yaml")
	text := fmt.Sprintf("data_directory: %s\nweb: {listen: '127.0.0.1:0'}\nagent: {analyze: '%s'}\nclusters:\n  - name: prod\n    kafka: {bootstrap: [%s], backfill: 0s}\n",
		dir, *restDecides, addresses)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		rest(b, program, file)
	}
}

// rest runs the daemon and looks at it once it has found its pace.
func rest(b *testing.B, program, file string) {
	d := testbed.StartDaemon(b, program, file, testbed.DaemonOptions{})
	d.Await("two sweeps", 5*time.Minute, func() bool { return sweepsOf(b, d) >= 2 })
	pid := d.PID()
	sweeps, began, spent := sweepsOf(b, d), time.Now(), cpuOf(b, pid)
	var resident, own, files, heap []float64
	for time.Since(began) < *restFor {
		now := memoryOf(b, pid)
		resident, own, files = append(resident, now["VmRSS"]), append(own, now["RssAnon"]), append(files, now["RssFile"])
		heap = append(heap, valueOf(b, d, "go_memstats_heap_inuse_bytes"))
		<-time.After(time.Second)
	}
	took := time.Since(began)
	b.ReportMetric(100*(cpuOf(b, pid)-spent).Seconds()/took.Seconds(), "%-of-a-core")
	b.ReportMetric(measure.Median(resident)/1e6, "resident-MB")
	b.ReportMetric(slices.Max(resident)/1e6, "most-resident-MB")
	b.ReportMetric(measure.Median(own)/1e6, "of-its-own-MB")
	b.ReportMetric(slices.Max(own)/1e6, "most-of-its-own-MB")
	b.ReportMetric(measure.Median(heap)/1e6, "heap-in-use-MB")
	b.ReportMetric(measure.Median(files)/1e6, "files-MB")
	r := scale.Rest{Seconds: took.Seconds(), Sweeps: sweepsOf(b, d) - sweeps,
		Core:      (cpuOf(b, pid) - spent).Seconds() / took.Seconds(),
		Anonymous: measure.Median(own), Most: slices.Max(own), Heap: measure.Median(heap), Files: measure.Median(files),
		Resident: measure.Median(resident)}
	b.ReportMetric(r.Sweeps, "sweeps")
	if *restOut != "" {
		if err := scale.Add(*restOut, scale.Begin(*restRun, *restOf), func(run *scale.Run) { run.Rest = &r }); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(0, "ns/op")
	d.Stop(syscall.SIGTERM)
}

// sweepsOf is how many sweeps the daemon has made; 0 while it does not say.
func sweepsOf(b *testing.B, d *testbed.Daemon) float64 {
	b.Helper()
	return valueOf(b, d, "mskfit_collect_duration_seconds_count")
}

// valueOf is the sum of a metric's series; 0 while there is none.
func valueOf(b *testing.B, d *testbed.Daemon, name string) float64 {
	b.Helper()
	page, _ := d.Get("/metrics")
	return measure.Sum(page, name)
}

// memoryOf is [measure.Memory] of a process that runs.
func memoryOf(b *testing.B, pid int) map[string]float64 {
	b.Helper()
	sizes, err := measure.Memory(pid)
	if err != nil {
		b.Fatal(err)
	}
	return sizes
}

// cpuOf is [measure.CPU] of a process that runs.
func cpuOf(b *testing.B, pid int) time.Duration {
	b.Helper()
	took, err := measure.CPU(pid)
	if err != nil {
		b.Fatal(err)
	}
	return took
}

// restCluster starts three brokers in this process. What their logs hold grows with time, by a wave for each topic.
func restCluster(b *testing.B) (addresses string) {
	b.Helper()
	var names []string
	for i := range restTopics {
		names = append(names, restTopic(i))
	}
	c, err := kfake.NewCluster(kfake.NumBrokers(3), kfake.ClusterID("rest"), kfake.SeedTopics(restPartitions, names...))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(c.Close)
	commitSome(b, c)
	began := time.Now()
	var grown atomic.Int64 // records of a partition, as of the last request for ends
	c.ControlKey(kmsg.NewPtrListOffsetsRequest().Key(), func(req kmsg.Request) (kmsg.Response, error, bool) {
		c.KeepControl()
		grown.Store(1000 + int64(time.Since(began).Seconds()*7))
		return restOffsets(req.(*kmsg.ListOffsetsRequest), grown.Load()), nil, true
	})
	c.ControlKey(kmsg.NewPtrDescribeLogDirsRequest().Key(), func(req kmsg.Request) (kmsg.Response, error, bool) {
		c.KeepControl()
		return restSizes(req.(*kmsg.DescribeLogDirsRequest), grown.Load()*211), nil, true
	})
	return strings.Join(c.ListenAddrs(), ", ")
}

func restTopic(i int) string { return fmt.Sprintf("topic-%03d", i) }

func restOffsets(req *kmsg.ListOffsetsRequest, end int64) kmsg.Response {
	resp := req.ResponseKind().(*kmsg.ListOffsetsResponse)
	for _, t := range req.Topics {
		rt := kmsg.ListOffsetsResponseTopic{Topic: t.Topic}
		for _, p := range t.Partitions {
			rp := kmsg.NewListOffsetsResponseTopicPartition()
			if rp.Partition = p.Partition; p.Timestamp == -1 {
				rp.Offset = end + int64(p.Partition)
			} else {
				rp.Offset = 0
			}
			rt.Partitions = append(rt.Partitions, rp)
		}
		resp.Topics = append(resp.Topics, rt)
	}
	return resp
}

func restSizes(req *kmsg.DescribeLogDirsRequest, size int64) kmsg.Response {
	resp := req.ResponseKind().(*kmsg.DescribeLogDirsResponse)
	dir := kmsg.NewDescribeLogDirsResponseDir()
	dir.Dir = "/data"
	for i := range restTopics {
		t := kmsg.DescribeLogDirsResponseDirTopic{Topic: restTopic(i)}
		for p := range int32(restPartitions) {
			t.Partitions = append(t.Partitions,
				kmsg.DescribeLogDirsResponseDirTopicPartition{Partition: p, Size: size + 211*int64(p)})
		}
		dir.Topics = append(dir.Topics, t)
	}
	resp.Dirs = append(resp.Dirs, dir)
	return resp
}

// commitSome makes the groups, each with commits on every partition of two topics.
func commitSome(b *testing.B, c *kfake.Cluster) {
	b.Helper()
	client, err := kgo.NewClient(kgo.SeedBrokers(c.ListenAddrs()...))
	if err != nil {
		b.Fatal(err)
	}
	defer client.Close()
	for i := range restGroups {
		offsets := kadm.Offsets{}
		for p := range int32(restPartitions) {
			offsets.AddOffset(restTopic(2*i), p, 0, -1)
			offsets.AddOffset(restTopic(2*i+1), p, 0, -1)
		}
		if err := kadm.NewClient(client).CommitAllOffsets(b.Context(), fmt.Sprintf("group-%d", i), offsets); err != nil {
			b.Fatal(err)
		}
	}
}

// remember writes the history of the days before, a quarter of an hour at a time.
func remember(b *testing.B, dir string) {
	b.Helper()
	cfg := history.DefaultConfig()
	cfg.Dir = dir
	at := time.Now().Truncate(15 * time.Minute)
	s, err := history.Open(cfg, history.Options{Log: zerolog.Nop()})
	if err != nil {
		b.Fatal(err)
	}
	const step = 15 * time.Minute
	for t := at.AddDate(0, 0, -*restDays); t.Before(at); t = t.Add(step) {
		if err := s.Append(b.Context(), rememberedSample(workload.Window{Start: t.UTC(), End: t.Add(step).UTC()})); err != nil {
			b.Fatal(err)
		}
		if t.Minute() == 0 {
			if err := s.Maintain(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
}

func rememberedSample(w workload.Window) workload.Sample {
	out := workload.Sample{Cluster: "prod", Source: "kafka", Window: w}
	minute := float64(w.Start.Unix() / 60)
	figure := func(i int, scale float64) *workload.Figure {
		v := scale * (1 + 0.5*math.Sin(2*math.Pi*minute/1440+float64(i))) * (1 + 0.1*math.Sin(minute*float64(i+3)))
		return workload.Between(v, v*0.99, v*1.01, workload.Derived, "test").Ptr()
	}
	for i := range restTopics {
		scale := 1e3 * float64(1+i)
		hot := &workload.Hottest{Topic: restTopic(i), Rate: *figure(i, scale/10)}
		out.Topics = append(out.Topics, workload.Topic{Name: restTopic(i), Partitions: restPartitions, ReplicationFactor: 3,
			IngressBytesPerSec: figure(i, scale), EgressBytesPerSec: figure(i+1, scale), MessagesPerSec: figure(i+2, scale/200),
			HottestIngress: hot, HottestEgress: hot})
	}
	out.Totals = workload.Totals{IngressBytesPerSec: figure(0, 1e8), EgressBytesPerSec: figure(1, 2e8),
		MessagesPerSec: figure(2, 5e5)}
	return out
}
