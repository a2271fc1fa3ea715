package accuracy

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"github.com/twmb/franz-go/pkg/kadm"

	"github.com/mskfit/mskfit/collector/kafka"
	"github.com/mskfit/mskfit/internal/measure"
	"github.com/mskfit/mskfit/internal/testbed"
	"github.com/mskfit/mskfit/internal/workload"
)

var (
	run    = flag.String("accuracy", "", "measure on these clusters, with commas between them: 4.3.1, 3.9.1, 3.9.1-zookeeper, 2.8.2")
	seed   = flag.Uint64("seed", 1, "seed of the load")
	commit = flag.String("commit", "", "commit that is measured")
	out    = flag.String("out", "", "folder of accuracy.md and accuracy.json; empty: a folder that is deleted")
	length = flag.Duration("window", 2*time.Minute, "how long a cluster is observed")
	only   = flag.String("scenarios", "", "part of the names of the scenarios to run; empty: all")
)

// sweepEvery is the time between two sweeps of the bench.
const sweepEvery = 10 * time.Second

// clusters that can be measured.
var clusters = map[string]testbed.Options{
	"4.3.1":           {Version: "4.3.1", Brokers: 3, TieredStorage: true},
	"3.9.1":           {Version: "3.9.1", Brokers: 3, TieredStorage: true},
	"3.9.1-zookeeper": {Version: "3.9.1", Brokers: 3, TieredStorage: true, ZooKeeper: true},
	"2.8.2":           {Version: "2.8.2", Brokers: 3},
}

// TestMeasuredAccuracy measures where -accuracy asks for it. A figure that is off is in the document and fails nothing.
func TestMeasuredAccuracy(t *testing.T) {
	if *run == "" {
		return
	}
	folder := *out
	if folder == "" {
		folder = t.TempDir()
	}
	for name := range strings.SplitSeq(*run, ",") {
		t.Run(name, func(t *testing.T) {
			options, known := clusters[name]
			if !known {
				t.Fatalf("%q is no cluster of the bench", name)
			}
			options.Alone, options.HeapMB, options.Racks = true, 768, true
			b := newBench(t, options, name)
			save(t, folder, b.measure())
		})
	}
}

// save adds the run to the document, and writes both forms.
func save(t *testing.T, folder string, r Run) {
	t.Helper()
	file := filepath.Join(folder, "accuracy.json")
	d, err := Read(file)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	d.Add(r)
	if err := d.Write(file); err != nil {
		t.Fatal(err)
	}
	for _, row := range r.Rows {
		estimate, bounds, truth := row.cells()
		t.Logf("%s of %s: %s, %s, truth %s", row.Quantity, row.Scenario, estimate, bounds, truth)
	}
}

// bench is a cluster under load.
type bench struct {
	t       *testing.T
	cluster *testbed.Cluster
	source  *kafka.Source
	senders []*sender
	readers sync.WaitGroup
	stop    []func()
	hours   []step // of the past
}

func newBench(t *testing.T, options testbed.Options, name string) *bench {
	b := &bench{t: t, cluster: testbed.Kafka(t, options)}
	sending, stop := context.WithCancel(context.Background())
	reading, stopReading := context.WithCancel(context.Background())
	var producers sync.WaitGroup
	b.stop = []func(){func() { stop(); producers.Wait() }, func() { stopReading(); b.readers.Wait() }}
	t.Cleanup(b.stop[1])
	t.Cleanup(b.stop[0])
	b.hours = b.writePast()
	var chosen []scenario
	for _, s := range scenarios {
		if slices.Contains(s.lacking, name) || !strings.Contains(s.name, *only) {
			continue
		}
		chosen = append(chosen, s)
		b.cluster.CreateTopic(s.topic(), s.partitions, s.config)
		b.setQuota(s)
	}
	for _, s := range chosen {
		one := newSender(t, b.cluster, s, *seed)
		b.senders = append(b.senders, one)
		producers.Go(func() { one.run(sending, t) })
		if s.reader != "" {
			b.readers.Go(func() { read(reading, t, b.cluster, s) })
		}
	}
	cfg := kafka.DefaultConfig()
	cfg.Bootstrap, cfg.BackfillLookups = b.cluster.Bootstrap(), 100_000
	source, err := kafka.New(cfg, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(source.Close)
	b.source = source
	return b
}

// setQuota holds the clients of a scenario's topic to its quotas.
func (b *bench) setQuota(s scenario) {
	if s.produceQuota == 0 {
		return
	}
	b.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	id := s.topic()
	made, err := kadm.NewClient(b.cluster.Client()).AlterClientQuotas(ctx, []kadm.AlterClientQuotaEntry{{
		Entity: kadm.ClientQuotaEntity{{Type: "client-id", Name: &id}},
		Ops: []kadm.AlterClientQuotaOp{{Key: "producer_byte_rate", Value: s.produceQuota},
			{Key: "consumer_byte_rate", Value: s.fetchQuota}}}})
	if err == nil && len(made) == 1 {
		err = made[0].Err
	}
	if err != nil {
		b.t.Fatalf("set the quotas of %s: %v", s.name, err)
	}
}

// sweep is one sweep and what the brokers and the producers had counted right before it.
type sweep struct {
	sample   workload.Sample
	counters testbed.Counters
	tallies  map[string]sentCount
	fetched  map[string]int64
}

func (b *bench) sweep() sweep {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	s := sweep{tallies: map[string]sentCount{}, fetched: map[string]int64{}}
	var err error
	if s.counters, err = b.cluster.Counters(ctx); err != nil {
		b.t.Fatal(err)
	}
	for _, one := range b.senders {
		s.tallies[one.topic()] = one.count()
		s.fetched[one.topic()] = b.source.Fetched(one.topic())
	}
	if s.sample, err = b.source.Collect(ctx, workload.Window{}); err != nil {
		b.t.Fatal(err)
	}
	return s
}

// observe sweeps every ten seconds.
func (b *bench) observe(during time.Duration) []sweep {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	all := []sweep{b.sweep()}
	for range int(during / sweepEvery) {
		<-tick.C
		all = append(all, b.sweep())
	}
	return all
}

func (b *bench) measure() Run {
	mode := "KRaft"
	if o := b.cluster.Options; o.ZooKeeper || o.Version == "2.8.2" {
		mode = "ZooKeeper"
	}
	r := Run{Cluster: fmt.Sprintf("%s %s, %d brokers", b.cluster.Options.Version, mode, b.cluster.Options.Brokers), Seed: *seed,
		At:     time.Now().UTC().Truncate(time.Second),
		Commit: *commit, Machine: measure.Machine(), Load: measure.LoadAverage()}
	time.Sleep(warmUp)
	all := b.observe(*length)
	whole, ok := b.source.WholeWindow()
	if !ok {
		b.t.Fatal("there is no sample of the whole time")
	}
	first, last := all[0], all[len(all)-1]
	r.Seconds, r.Sweeps = last.counters.At().Sub(first.counters.At()).Seconds(), len(all)
	r.Rows = b.rows(whole, first, last)
	r.Windows = b.windows(all)
	r.Past = b.past(b.hours, all)
	r.Rows = append(r.Rows, b.events()...)
	b.stop[0]()
	r.Rows = append(r.Rows, b.stored()...)
	return r
}

// warmUp lets groups settle, and the cleaner and retention begin.
const warmUp = 20 * time.Second

// events has leaders moved, a topic made again and a broker restarted while another source observes. The brokers' counters do not
// outlive that; the producers, which send one record a batch, know what was acknowledged.
func (b *bench) events() []Row {
	b.source.Close()
	cfg := kafka.DefaultConfig()
	cfg.Bootstrap = b.cluster.Bootstrap()
	source, err := kafka.New(cfg, zerolog.Nop())
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(source.Close)
	b.source = source
	tick := time.NewTicker(sweepEvery / 2)
	defer tick.Stop()
	at := func() (map[string]sentCount, time.Time) {
		out := map[string]sentCount{}
		for _, one := range b.senders {
			out[one.topic()] = one.count()
		}
		return out, time.Now()
	}
	var before, after map[string]sentCount
	var from, to time.Time
	restarted := make(chan struct{})
	for n := range 13 {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		tallies, now := at()
		if _, err := b.source.Collect(ctx, workload.Window{}); err != nil {
			b.t.Logf("sweep %d: %v", n, err)
		}
		cancel()
		if n == 0 {
			before, from = tallies, now
		}
		after, to = tallies, now
		switch n {
		case 3:
			b.moveLeaders("leader-moved")
			b.recreate("topic-re-created")
		case 5:
			go func() {
				defer close(restarted)
				b.cluster.Restart(2)
			}()
		}
		<-tick.C
	}
	<-restarted
	whole, ok := b.source.WholeWindow()
	if !ok {
		b.t.Fatal("there is no sample of the whole time")
	}
	seconds := to.Sub(from).Seconds()
	var rows []Row
	for _, one := range b.senders {
		if one.event == "" {
			continue
		}
		n := after[one.topic()].records - before[one.topic()].records
		size := after[one.topic()].bytes - before[one.topic()].bytes + n*singleOverhead
		for _, topic := range whole.Topics {
			if topic.Name == one.topic() {
				rows = append(rows, row(one.name, BytesIn, topic.IngressBytesPerSec, float64(size)/seconds, 0.01, "producer"),
					row(one.name, Messages, topic.MessagesPerSec, float64(n)/seconds, 0.01, "producer"))
			}
		}
	}
	return rows
}

// singleOverhead is what a batch of one record of 500 bytes without key adds to the value: 61 bytes of head, and 9 of the record.
const singleOverhead = 61 + 9

func (b *bench) moveLeaders(topic string) {
	admin := kadm.NewClient(b.cluster.Client())
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	var req kadm.AlterPartitionAssignmentsReq
	for p := range int32(3) {
		req.Assign(topic, p, []int32{(p+1)%3 + 1, (p+2)%3 + 1, p%3 + 1})
	}
	if _, err := admin.AlterPartitionAssignments(ctx, req); err != nil {
		b.t.Errorf("move the leaders of %s: %v", topic, err)
	}
	set := kadm.TopicsSet{}
	set.Add(topic, 0, 1, 2)
	if _, err := admin.ElectLeaders(ctx, kadm.ElectPreferredReplica, set); err != nil {
		b.t.Errorf("elect leaders of %s: %v", topic, err)
	}
}

func (b *bench) recreate(topic string) {
	admin := kadm.NewClient(b.cluster.Client())
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if _, err := admin.DeleteTopic(ctx, topic); err != nil {
		b.t.Errorf("delete %s: %v", topic, err)
		return
	}
	for ctx.Err() == nil {
		if made, err := admin.CreateTopic(ctx, 3, int16(b.cluster.Options.Brokers), nil, topic); err == nil && made.Err == nil {
			return
		}
		time.Sleep(200 * time.Millisecond)
	}
	b.t.Errorf("%s could not be made again", topic)
}
