//go:build linux

package scale

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/mskfit/mskfit/internal/testbed/leak"
)

// serve, in the environment, makes the test binary a cluster with a load instead of running tests: what the cluster takes of memory
// is not to be counted with the daemon's.
const serve = "MSKFIT_TEST_SERVE"

// soakLoad is the cluster of the soak.
const soakLoad = "soak"

func TestMain(m *testing.M) {
	if os.Getenv(serve) == soakLoad {
		if err := serveSoak(os.Getenv(serve + "_SEED")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(leak.Run(m))
}

// The cluster of the soak: 10,000 partitions, and a consumer group that reads some of what is produced.
const (
	soakTopics, soakPartitions = 500, 20
	soakRead                   = 20 // topics that the group reads
	soakRecords, soakSize      = 50, 300
)

// serveSoak serves the cluster, prints its addresses, and produces 50 records a second until standard input closes.
func serveSoak(seed string) error {
	var names []string
	for i := range soakTopics {
		names = append(names, fmt.Sprintf("topic-%03d", i))
	}
	c, err := kfake.NewCluster(kfake.NumBrokers(3), kfake.ClusterID("soak"), kfake.SeedTopics(soakPartitions, names...))
	if err != nil {
		return err
	}
	defer c.Close()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	n, err := strconv.ParseUint(seed, 10, 64)
	if err != nil {
		return err
	}
	producer, err := kgo.NewClient(kgo.SeedBrokers(c.ListenAddrs()...))
	if err != nil {
		return err
	}
	defer producer.Close()
	reader, err := kgo.NewClient(kgo.SeedBrokers(c.ListenAddrs()...), kgo.ConsumerGroup("reader"),
		kgo.ConsumeTopics(names[:soakRead]...))
	if err != nil {
		return err
	}
	defer reader.Close()
	go produce(ctx, producer, names, n)
	go func() {
		for ctx.Err() == nil {
			reader.PollFetches(ctx)
		}
	}()
	fmt.Println(strings.Join(c.ListenAddrs(), ","))
	_, _ = bufio.NewReader(os.Stdin).ReadByte()
	return nil
}

// produce sends to topics chosen by the seed; every second record goes to one that is read.
func produce(ctx context.Context, client *kgo.Client, names []string, seed uint64) {
	random := rand.New(rand.NewPCG(seed, 0))
	tick := time.NewTicker(time.Second / soakRecords)
	defer tick.Stop()
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		topic := names[random.IntN(len(names))]
		if n%2 == 0 {
			topic = names[random.IntN(soakRead)]
		}
		value := make([]byte, soakSize/2+random.IntN(soakSize))
		client.Produce(ctx, &kgo.Record{Topic: topic, Value: value}, nil)
	}
}

// cluster starts the test binary as a cluster and returns its addresses.
func cluster(t testing.TB, kind string) []string {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), serve+"="+kind, fmt.Sprintf("%s_SEED=%d", serve, *seed))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	printed, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(printed).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(line), ",")
}
