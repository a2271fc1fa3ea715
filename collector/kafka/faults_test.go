package kafka

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/mskfit/mskfit/internal/faults"
	"github.com/mskfit/mskfit/internal/workload"
)

// oneRecord is a batch with one record, as the client writes it.
func oneRecord(size int) []byte {
	record := kmsg.Record{Value: make([]byte, size)}
	body := record.AppendTo(nil)
	record.Length = int32(len(body) - 1) // the length itself took one byte
	return append(make([]byte, batchHead), record.AppendTo(nil)...)
}

const perMinute = 120 // records that come in between the two sweeps

// twoSweeps sweeps, lets records come in to every partition of orders, breaks something, and sweeps again.
func twoSweeps(t *testing.T, f *fake, s *Source, breakIt func()) workload.Sample {
	t.Helper()
	for p := range int32(4) {
		f.produce("orders", p, 10, 100)
	}
	collect(t, s)
	for p := range int32(4) {
		f.produce("orders", p, perMinute/4, 100)
	}
	f.pass(minute)
	if breakIt != nil {
		breakIt()
	}
	return collect(t, s)
}

// all is what all four partitions take in.
func all() float64 { return perMinute * float64(recordBytes(100)) / 60 }

func TestMissingAnswersAreGaps(t *testing.T) {
	refuse := func(f *fake, keys ...kmsg.Key) func(*kerr.Error, ...func(*kfake.Fault)) {
		return func(err *kerr.Error, more ...func(*kfake.Fault)) {
			fault := kfake.Fault{Keys: keys, Err: err, Count: -1}
			for _, m := range more {
				m(&fault)
			}
			f.Fault(fault)
		}
	}
	top := func(f *kfake.Fault) { f.TopLevel = true }
	for _, tt := range []struct {
		name   string
		config func(*Config)
		before func(*fake) // from the first sweep on
		after  func(*fake) // from the second on
		check  func(*testing.T, *fake, workload.Sample)
	}{
		{name: "nothing is missing", check: func(t *testing.T, f *fake, s workload.Sample) {
			wantFigure(t, "bytes in", s.Totals.IngressBytesPerSec, all(), false)
			if len(s.Gaps) > 0 {
				t.Errorf("there are gaps: %s", gapText(s))
			}
		}},
		{name: "a broker does not answer", after: func(f *fake) {
			node := f.LeaderFor("orders", 0)
			f.Control(func(kmsg.Request) (kmsg.Response, error, bool) {
				if f.CurrentNode() != node {
					return nil, nil, false
				}
				f.KeepControl()
				return nil, errors.New("gone"), true
			})
		}, check: func(t *testing.T, f *fake, s workload.Sample) {
			led := 0
			for p := range int32(4) {
				if f.LeaderFor("orders", p) == f.LeaderFor("orders", 0) {
					led++
				}
			}
			wantFigure(t, "bytes in of the others", s.Totals.IngressBytesPerSec, all()*float64(4-led)/4, true)
			wantGap(t, s, "broker ", "closed the connection")
			wantGap(t, s, "window of", "could not be read")
		}},
		{name: "log sizes are refused", before: func(f *fake) {
			refuse(f, kmsg.DescribeLogDirs)(kerr.ClusterAuthorizationFailed,
				top)
		},
			check: func(t *testing.T, f *fake, s workload.Sample) {
				wantFigure(t, "bytes in, from whole windows of batches", s.Totals.IngressBytesPerSec, all(), false)
				wantGap(t, s, "log sizes of 3 brokers", "lacks the Describe permission on the cluster")
				if s.Totals.StoredBytes != nil {
					t.Errorf("stored bytes are %+v, want none", s.Totals.StoredBytes)
				}
			}},
		{name: "log sizes are refused, and batches", before: func(f *fake) {
			refuse(f, kmsg.DescribeLogDirs)(kerr.ClusterAuthorizationFailed, top)
			refuse(f, kmsg.Fetch)(kerr.TopicAuthorizationFailed)
		}, check: func(t *testing.T, f *fake, s workload.Sample) {
			if s.Totals.IngressBytesPerSec != nil {
				t.Errorf("bytes in are %+v, want none: they are unknown", s.Totals.IngressBytesPerSec)
			}
			wantFigure(t, "messages in", s.Totals.MessagesPerSec, perMinute/60, false)
			wantGap(t, s, "bytes of 4 partitions", "lacks the Read permission")
		}},
		{name: "log sizes are refused, batches not wanted", config: func(c *Config) { c.SampleBatches = false },
			before: func(f *fake) { refuse(f, kmsg.DescribeLogDirs)(kerr.ClusterAuthorizationFailed, top) },
			check: func(t *testing.T, f *fake, s workload.Sample) {
				if s.Totals.IngressBytesPerSec != nil || f.keys[keyFetch] > 0 {
					t.Errorf("bytes in are %+v after %d fetches, want none", s.Totals.IngressBytesPerSec, f.keys[keyFetch])
				}
				wantGap(t, s, "bytes of 4 partitions", "sample_batches is off")
			}},
		{name: "the configuration is refused",
			before: func(f *fake) { refuse(f, kmsg.DescribeConfigs)(kerr.TopicAuthorizationFailed) },
			check: func(t *testing.T, f *fake, s workload.Sample) {
				wantFigure(t, "bytes in, from whole windows of batches", s.Totals.IngressBytesPerSec, all(), false)
				wantGap(t, s, "configuration of topic orders", "lacks the DescribeConfigs permission")
				if s.Totals.CompactedPartitions != nil {
					t.Errorf("compacted partitions are %+v, want none", s.Totals.CompactedPartitions)
				}
			}},
		{name: "one partition's offsets are refused", after: func(f *fake) {
			refuse(f, kmsg.ListOffsets)(kerr.NotLeaderForPartition,
				func(f *kfake.Fault) { f.Topic, f.Partitions = "orders", []int32{1} })
		}, check: func(t *testing.T, f *fake, s workload.Sample) {
			wantFigure(t, "bytes in of the others", s.Totals.IngressBytesPerSec, all()*3/4, true)
			wantGap(t, s, "offsets of partition orders-1", "NOT_LEADER")
		}},
		{name: "groups are refused by one broker", after: func(f *fake) {
			refuse(f, kmsg.ListGroups)(kerr.CoordinatorNotAvailable, top, func(f *kfake.Fault) { f.Nodes = []int32{0} })
		}, check: func(t *testing.T, f *fake, s workload.Sample) {
			wantGap(t, s, "consumer groups of broker 0", "COORDINATOR_NOT_AVAILABLE")
			wantFigure(t, "bytes in", s.Totals.IngressBytesPerSec, all(), false)
			if s.Totals.ConsumerGroups != nil {
				t.Errorf("consumer groups are %+v, want none", s.Totals.ConsumerGroups)
			}
		}},
		{name: "ACLs and users are refused", before: func(f *fake) {
			refuse(f, kmsg.DescribeACLs, kmsg.DescribeUserSCRAMCredentials,
				kmsg.DescribeClientQuotas)(kerr.ClusterAuthorizationFailed, top)
		}, check: func(t *testing.T, f *fake, s workload.Sample) {
			wantGap(t, s, "ACLs", "lacks the Describe permission on the cluster")
			wantGap(t, s, "SCRAM users", "lacks the Describe permission on the cluster")
			wantGap(t, s, "client quotas", "lacks the DescribeConfigs permission on the cluster")
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t)
			if tt.before != nil {
				tt.before(f)
			}
			var s *Source
			if tt.config != nil {
				s = f.source(tt.config)
			} else {
				s = f.source()
			}
			sample := twoSweeps(t, f, s, func() {
				if tt.after != nil {
					tt.after(f)
				}
			})
			tt.check(t, f, sample)
		})
	}
}

func TestChangedTopicsAreDiscarded(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*fake)
		check  func(*testing.T, workload.Sample)
	}{
		{"a topic deleted and recreated", func(f *fake) {
			if _, err := f.admin.DeleteTopics(f.t.Context(), "orders"); err != nil {
				f.t.Fatal(err)
			}
			f.createTopic("orders", 4, nil)
			f.client.PurgeTopicsFromClient("orders")
			f.produce("orders", 1, 600, 100)
		}, func(t *testing.T, s workload.Sample) {
			// All that the new topic holds came in during the window; the old one may have had four times as much.
			in, want := topicOf(t, s, "orders").IngressBytesPerSec, 600*float64(recordBytes(100))/60
			if in == nil || math.Abs(in.Value/want-1) > 0.01 || in.Low > want || in.High < 5*want || !in.Bounded() {
				t.Errorf("bytes in are %+v, want %g", in, want)
			}
			wantGap(t, s, "window of topic orders", "deleted and recreated")
		}},
		{"a topic deleted", func(f *fake) {
			if _, err := f.admin.DeleteTopics(f.t.Context(), "orders"); err != nil {
				f.t.Fatal(err)
			}
		}, func(t *testing.T, s workload.Sample) {
			if len(s.Topics) != 0 {
				t.Errorf("topics are %+v, want none", s.Topics)
			}
		}},
		{"a new topic", func(f *fake) {
			f.createTopic("new", 1, nil)
			f.produce("new", 0, 600, 100)
		}, func(t *testing.T, s workload.Sample) {
			in := s.Totals.IngressBytesPerSec
			if in == nil || in.Value != all() || in.High < all()+600*float64(recordBytes(100))/60 || !in.Bounded() {
				t.Errorf("bytes in are %+v, want %g, and a bound that holds all that the new topic has", in, all())
			}
			wantGap(t, s, "window of partition new-0", "it is new since the last sweep")
		}},
		{"partitions added", func(f *fake) {
			if _, err := f.admin.UpdatePartitions(f.t.Context(), 6, "orders"); err != nil {
				f.t.Fatal(err)
			}
		}, func(t *testing.T, s workload.Sample) {
			wantFigure(t, "bytes in", s.Totals.IngressBytesPerSec, all(), false)
			wantGap(t, s, "window of 2 partitions (orders-4, orders-5)", "it is new since the last sweep")
		}},
		{"leaders moved", func(f *fake) { f.ShufflePartitionLeaders() }, func(t *testing.T, s workload.Sample) {
			wantFigure(t, "messages in", s.Totals.MessagesPerSec, perMinute/60, false)
			in := s.Totals.IngressBytesPerSec
			if in == nil || in.Low > all() || in.High < all() || !in.Bounded() {
				t.Errorf("bytes in are %+v, want bounds that hold %g", in, all())
			}
		}},
		{"records were lost", func(f *fake) {
			f.answer(keyListOffsets, func(req kmsg.Request) kmsg.Response {
				r := req.(*kmsg.ListOffsetsRequest)
				resp := r.ResponseKind().(*kmsg.ListOffsetsResponse)
				for _, t := range r.Topics {
					rt := kmsg.ListOffsetsResponseTopic{Topic: t.Topic}
					for _, p := range t.Partitions {
						rp := kmsg.NewListOffsetsResponseTopicPartition()
						rp.Partition, rp.Offset = p.Partition, 5
						rt.Partitions = append(rt.Partitions, rp)
					}
					resp.Topics = append(resp.Topics, rt)
				}
				return resp
			})
		}, func(t *testing.T, s workload.Sample) {
			if in := s.Totals.IngressBytesPerSec; in != nil {
				t.Errorf("bytes in are %+v, want none", in)
			}
			wantGap(t, s, "window of 4 partitions", "its end offset went back")
		}},
		{"the clock was set back", func(f *fake) { f.pass(-time.Hour) }, func(t *testing.T, s workload.Sample) {
			if in := s.Totals.IngressBytesPerSec; in != nil {
				t.Errorf("bytes in are %+v, want none", in)
			}
			wantGap(t, s, "all rates of this window", "the clock changed")
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := newFake(t)
			s := f.source()
			r := faults.Begin(t, "between two sweeps: "+tt.name,
				"what cannot be known is discarded, with the reason; no negative and no "+
					"absurd rate; the next window is whole")
			sample := twoSweeps(t, f, s, func() { tt.change(f) })
			tt.check(t, sample)
			for _, g := range sample.Gaps {
				r.Observed("%s: %s", g.What, g.Why)
			}
			if len(sample.Gaps) == 0 {
				r.Observed("nothing is missing")
			}
			for _, topic := range sample.Topics {
				for what, figure := range map[string]*workload.Figure{"bytes": topic.IngressBytesPerSec,
					"messages": topic.MessagesPerSec} {
					if figure != nil && (figure.Value < 0 || figure.Low < 0 || figure.Value > 10*all()) {
						t.Errorf("%s of %s are absurd: %+v", what, topic.Name, figure)
					}
				}
			}
			f.pass(minute)
			if next := collect(t, s); next.Window.Duration() <= 0 {
				t.Errorf("the next window is %v", next.Window)
			}
		})
	}
}

func TestGroupsThatReset(t *testing.T) {
	f := newFake(t)
	f.produce("orders", 0, 100, 100)
	f.commit("billing", "orders", 0, 80)
	s := f.source()
	collect(t, s)
	f.pass(minute)
	f.commit("billing", "orders", 0, 10)
	sample := collect(t, s)
	wantGap(t, sample, "egress of group billing", "went back (reset)")
	if g := groupOf(t, sample, "billing"); g.EgressBytesPerSec != nil {
		t.Errorf("egress is %+v, want none", g.EgressBytesPerSec)
	}
	wantFigure(t, "lag", groupOf(t, sample, "billing").LagMessages, 90, false)
}

// One timeout for the question that any broker could answer, and one for those that it alone can.
func TestSilentBrokerCostsTwoTimeouts(t *testing.T) {
	f := newFake(t)
	s := f.source(func(c *Config) { c.Timeout = time.Second })
	collect(t, s)
	f.pass(minute)
	f.Control(func(kmsg.Request) (kmsg.Response, error, bool) {
		if f.CurrentNode() != 0 {
			return nil, nil, false
		}
		f.KeepControl()
		return nil, nil, true // takes the request, and is silent for ever
	})
	began := time.Now()
	sample := collect(t, s)
	if took := time.Since(began); took >= 3*time.Second {
		t.Errorf("a sweep with one silent broker took %s with a timeout of 1s", took)
	}
	wantGap(t, sample, "broker 0", "no answer within 1s")
}

// Brokers that are all silent are explained in the words of observe also when the time of the collection is over before theirs.
func TestSilentBrokersAreExplainedWhenTimeRunsOut(t *testing.T) {
	f := newFake(t)
	s := f.source(func(c *Config) { c.Timeout = 20 * time.Second })
	collect(t, s)
	f.Control(func(kmsg.Request) (kmsg.Response, error, bool) {
		f.KeepControl()
		return nil, nil, true // takes the request, and is silent for ever
	})
	for name, s := range map[string]*Source{"known": s, "new": f.source(func(c *Config) { c.Timeout = 20 * time.Second })} {
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		_, err := s.Collect(ctx, workload.Window{})
		cancel()
		if err == nil || !strings.Contains(err.Error(), "connect to ") || !strings.Contains(err.Error(), "no answer within 20s") {
			t.Errorf("%s: the error is %v", name, err)
		}
	}
}

func TestCollectGoesOnAfterAnInterruption(t *testing.T) {
	f := newFake(t)
	s := f.source()
	collect(t, s)
	f.produce("orders", 0, 60, 100)
	f.pass(minute)
	ctx, cancel := context.WithCancel(t.Context())
	f.ControlKey(keyDescribeLogDirs, func(kmsg.Request) (kmsg.Response, error, bool) {
		cancel()
		return nil, nil, false
	})
	if _, err := s.Collect(ctx, workload.Window{}); !errors.Is(err, context.Canceled) {
		t.Fatalf("error is %v, want context canceled", err)
	}
	f.pass(minute)
	sample := collect(t, s)
	wantFigure(t, "bytes in over both minutes", sample.Totals.IngressBytesPerSec, 60*float64(recordBytes(100))/120, false)
}
