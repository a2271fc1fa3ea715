package fleet

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/mskfit/mskfit/internal/measure"
	"github.com/mskfit/mskfit/internal/testbed"
)

// simulated is one cluster, as reported by the process that simulates it.
type simulated struct {
	Address    string
	Partitions int
}

const simulateEnv = "MSKFIT_TEST_SIMULATE"

// order is what to simulate.
type order struct {
	Seed                             uint64
	Clusters, Large, LargePartitions int
	// File gets the clusters, as JSON.
	File string
}

// TestSimulate simulates clusters until its input ends. It does nothing in a run of its own.
func TestSimulate(t *testing.T) {
	var o order
	if json.Unmarshal([]byte(os.Getenv(simulateEnv)), &o) != nil {
		return
	}
	rng := rand.New(rand.NewPCG(o.Seed, 17))
	var all []simulated
	var loads []*load
	for i := range o.Clusters {
		topics, partitions := 2+rng.IntN(8), 1+rng.IntN(8)
		if i < o.Large {
			topics, partitions = 100, o.LargePartitions/100
		}
		c, l := simulate(t, rng, topics, partitions)
		defer c.Close()
		loads, all = append(loads, l), append(all, simulated{c.ListenAddrs()[0], topics * partitions})
	}
	text, err := json.Marshal(all)
	if err == nil {
		err = os.WriteFile(o.File+".part", text, 0o600)
	}
	if err == nil {
		err = os.Rename(o.File+".part", o.File)
	}
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	for i := 0; ctx.Err() == nil; i++ { // every cluster about three times a minute
		loads[i%len(loads)].send(ctx, t, rng)
		time.Sleep(20 * time.Second / time.Duration(len(loads)))
	}
}

// load sends to one cluster.
type load struct {
	client *kgo.Client
	topics []string
	sizes  []int
	sent   map[string]int64
}

func simulate(t *testing.T, rng *rand.Rand, topics, partitions int) (*kfake.Cluster, *load) {
	l := &load{sent: map[string]int64{}}
	for i := range topics {
		l.topics, l.sizes = append(l.topics, fmt.Sprintf("topic-%03d", i)), append(l.sizes, 50+rng.IntN(2000))
	}
	c, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(int32(partitions), l.topics...))
	if err == nil {
		l.client, err = kgo.NewClient(kgo.SeedBrokers(c.ListenAddrs()...), kgo.DisableIdempotentWrite(),
			kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.ProducerLinger(0))
	}
	if err != nil {
		t.Fatal(err)
	}
	return c, l
}

// send sends ten records to partition 0 of a topic that is drawn, and has a group commit what it has read.
func (l *load) send(ctx context.Context, t *testing.T, rng *rand.Rand) {
	i := rng.IntN(len(l.topics))
	topic := l.topics[i]
	var records []*kgo.Record
	for range 10 {
		records = append(records, &kgo.Record{Topic: topic, Value: make([]byte, l.sizes[i])})
	}
	err := l.client.ProduceSync(ctx, records...).FirstErr()
	if err == nil {
		l.sent[topic] += 10
		offsets := kadm.Offsets{}
		offsets.AddOffset(topic, 0, l.sent[topic], -1)
		err = kadm.NewClient(l.client).CommitAllOffsets(ctx, "readers", offsets)
	}
	if err != nil && ctx.Err() == nil {
		t.Errorf("send to %s: %v", topic, err)
	}
}

// simulates starts the process that simulates the clusters; it ends with the test.
func simulates(t *testing.T, o order) []simulated {
	t.Helper()
	o.File = filepath.Join(t.TempDir(), "clusters.json")
	text, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0], "-test.run", "^TestSimulate$", "-test.timeout", "2h")
	cmd.Env = append(os.Environ(), simulateEnv+"="+string(text))
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	stdin, err := cmd.StdinPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = stdin.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("the simulated clusters: %v\n%s", err, log.String())
		}
	})
	var all []simulated
	testbed.Await(t, 3*time.Minute, func() error { return measure.Read(o.File, &all) })
	return all
}
