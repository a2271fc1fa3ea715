package kafka

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"

	"github.com/mskfit/mskfit/internal/testbed"
	"github.com/mskfit/mskfit/internal/workload"
)

// steady are topics whose logs only grow, with what they are filled with.
var steady = map[string][]kgo.Opt{
	"plain": {kgo.ProducerBatchCompression(kgo.NoCompression())},
	"gzip":  {kgo.ProducerBatchCompression(kgo.GzipCompression())},
	"small": {kgo.ProducerBatchCompression(kgo.NoCompression()), kgo.ProducerBatchMaxBytes(1000)},
	"tx":    {kgo.ProducerBatchCompression(kgo.NoCompression()), kgo.TransactionalID("steady")},
}

// TestQuietLogsAreCountedToTheByte fills topics between two sweeps, on each version, and wants the brokers' own count.
func TestQuietLogsAreCountedToTheByte(t *testing.T) {
	for _, version := range []string{"4.3.1", "3.9.1", "2.8.2", "1.1.1"} {
		t.Run(version, func(t *testing.T) {
			c := testbed.Kafka(t, testbed.Options{Version: version, Brokers: brokersFor(version)})
			for name := range steady {
				c.CreateTopic(name, 6, nil)
			}
			commitTo(t, c, 0)
			s := newSource(t, c)
			before := counters(t, c)
			first := collect(t, s)
			fill(t, c)
			middle := collect(t, s)
			fill(t, c)
			commitTo(t, c, 50)
			awaitReplicated(t, s)
			checkGroups(t, s, version)
			whole, ok := s.WholeWindow()
			if !ok {
				t.Fatal("there is no sample of the whole time")
			}
			truth := counters(t, c).Since(before)
			seconds := whole.Window.Duration().Seconds()
			for _, topic := range whole.Topics {
				if steady[topic.Name] == nil {
					continue
				}
				got, want := total(s, topic.Name), truth.Topics[topic.Name].BytesIn
				if got != want {
					t.Errorf("%s: counted %d bytes, the brokers %d", topic.Name, got, want)
				}
				if topic.IngressBytesPerSec.Method != workload.Derived {
					t.Errorf("%s: method is %s, want derived", topic.Name, topic.IngressBytesPerSec.Method)
				}
				records := int64(math.Round(topic.MessagesPerSec.Value * seconds))
				if want := truth.Topics[topic.Name].MessagesIn; math.Abs(float64(records-want)) > 0.01*float64(want) {
					t.Errorf("%s: counted about %d records, the brokers %d", topic.Name, records, want)
				}
				t.Logf("%s: %d bytes, as the brokers counted", topic.Name, got)
			}
			checkPosture(t, version, first)
			if middle.Posture != nil {
				t.Error("the second sweep read the posture again")
			}
			for _, g := range first.Gaps {
				t.Logf("gap: %s: %s: %s", g.What, g.Why, g.Effect)
			}
		})
	}
}

func brokersFor(version string) int {
	if version == "4.3.1" {
		return 3
	}
	return 1
}

// total is what a topic's partitions took in, as whole bytes: a rate has been through a division.
func total(s *Source, topic string) int64 {
	var sum float64
	for i := range s.world.topics[topic].parts {
		sum += s.world.topics[topic].parts[i].total.bytes
	}
	return int64(sum)
}

func counters(t *testing.T, c *testbed.Cluster) testbed.Counters {
	t.Helper()
	n, err := c.Counters(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func collect(t *testing.T, s *Source) workload.Sample {
	t.Helper()
	sample, err := s.Collect(t.Context(), workload.Window{})
	if err != nil {
		t.Fatal(err)
	}
	return sample
}

// awaitReplicated sweeps until all followers have all records: end offsets do not move any more.
func awaitReplicated(t *testing.T, s *Source) {
	t.Helper()
	deadline := time.Now().Add(30 * time.Second)
	for {
		sample := collect(t, s)
		if f := sample.Totals.MessagesPerSec; f != nil && f.Value == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Fatal("records still come in after 30 s")
		}
	}
}

// fill sends 2,000 records to each of the steady topics.
func fill(t *testing.T, c *testbed.Cluster) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for name, opts := range steady {
		client, err := kgo.NewClient(append(c.ClientOpts(testbed.Plaintext, "", ""),
			append(opts, kgo.DefaultProduceTopic(name))...)...)
		if err != nil {
			t.Fatal(err)
		}
		if name == "tx" {
			if err := client.BeginTransaction(); err != nil {
				t.Fatal(err)
			}
		}
		for i := range 2000 {
			r := kgo.StringRecord(fmt.Sprintf(`{"n":%d,"text":%q}`, i, strings.Repeat("abcdefg ", i%70)))
			client.Produce(ctx, r, func(_ *kgo.Record, err error) {
				if err != nil {
					t.Errorf("produce to %s: %v", name, err)
				}
			})
		}
		if err := client.Flush(ctx); err != nil {
			t.Fatal(err)
		}
		if name == "tx" {
			if err := client.EndTransaction(ctx, kgo.TryCommit); err != nil {
				t.Fatal(err)
			}
		}
		client.Close()
	}
}

// oldGroups are more than are asked for at once where each has to be asked for alone.
const oldGroups = 20

// commitTo commits an offset on one partition for each of the groups.
func commitTo(t *testing.T, c *testbed.Cluster, at int64) {
	t.Helper()
	client, err := kgo.NewClient(c.ClientOpts(testbed.Plaintext, "", "")...)
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	offsets := kadm.Offsets{}
	offsets.Add(kadm.Offset{Topic: "plain", Partition: 1, At: at, LeaderEpoch: -1})
	for i := range oldGroups {
		if err := kadm.NewClient(client).CommitAllOffsets(t.Context(), fmt.Sprintf("group-%02d", i), offsets); err != nil {
			t.Fatal(err)
		}
	}
}

// checkGroups wants each group to have read 50 records, and its offsets to have been asked for in one request a coordinator where
// the version allows it.
func checkGroups(t *testing.T, s *Source, version string) {
	t.Helper()
	if len(s.groups) != oldGroups {
		t.Errorf("%d groups were seen, want %d", len(s.groups), oldGroups)
	}
	for name, gr := range s.groups {
		gt := gr.topics["plain"]
		if gt == nil || gt.at(1).total.records != 50 || gr.members != 0 {
			t.Errorf("group %s: %+v, want 50 records of plain-1, and no members", name, gt)
		}
	}
	var asked int64
	for _, r := range s.Stats().Requests {
		if r.API == "OffsetFetch" {
			asked = r.Count
		}
	}
	most := int64(s.Stats().Sweeps * s.asked.coordinators)
	if version < "3" {
		most = int64(s.Stats().Sweeps * oldGroups)
	}
	if asked > most || asked == 0 {
		t.Errorf("%d OffsetFetch requests in %d sweeps, want %d at most", asked, s.Stats().Sweeps, most)
	}
}

// checkPosture holds what is said of each version against what it is known to be and to lack.
func checkPosture(t *testing.T, version string, sample workload.Sample) {
	t.Helper()
	p := sample.Posture
	if p == nil {
		t.Fatal("the first sweep has no posture")
	}
	t.Logf("posture: %+v", *p)
	release := version[:3]
	if p.KafkaVersion != release {
		t.Errorf("version is %q, want %q", p.KafkaVersion, release)
	}
	mode := zookeeperMode
	if version >= "3.9" {
		mode = kraftMode
	}
	if p.Mode != mode {
		t.Errorf("mode is %q, want %q", p.Mode, mode)
	}
	if got := strings.Join(p.Authentication, " "); got != "plaintext" {
		t.Errorf("authentication is %q, want plaintext", got)
	}
	lacks := map[string]bool{}
	for _, g := range sample.Gaps {
		lacks[g.What] = true
	}
	for what, since := range map[string]string{"SCRAM users": "2.7", "client quotas": "2.6", "transactional producers": "2.8",
		"ACLs": "0.11"} {
		if want := release < since; lacks[what] != want {
			t.Errorf("gap for %s: %v, want %v", what, lacks[what], want)
		}
	}
}
