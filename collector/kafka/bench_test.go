package kafka

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/mskfit/mskfit/internal/testbed/leak"
	"github.com/mskfit/mskfit/internal/workload"
)

// servePartitions, in the environment, makes the test binary a cluster of so many partitions instead of running tests: what a
// cluster takes of memory and time is not to be counted with what observing it takes.
const (
	servePartitions = "MSKFIT_TEST_SERVE_PARTITIONS"
	serveGroups     = "MSKFIT_TEST_SERVE_GROUPS"
)

func TestMain(m *testing.M) {
	if n, err := strconv.Atoi(os.Getenv(servePartitions)); err == nil {
		groups, _ := strconv.Atoi(os.Getenv(serveGroups)) // none where it is not set
		serve(n, groups)
		return
	}
	os.Exit(leak.Run(m))
}

const (
	benchBrokers         = 3
	partitionsPerTopic   = 100
	replicasPerPartition = 3
)

// serve answers for a cluster of n partitions, which take in 60 records and 6,000 bytes between two readings of their end, until
// standard input closes. Its groups have commits on ten partitions each.
func serve(n, groups int) {
	c, err := kfake.NewCluster(kfake.NumBrokers(benchBrokers))
	if err != nil {
		panic(err)
	}
	defer c.Close()
	topics := n / partitionsPerTopic
	var metadata kmsg.Response
	var sweep atomic.Int64
	handle := func(key int16, fn func(kmsg.Request) kmsg.Response) {
		c.ControlKey(key, func(req kmsg.Request) (kmsg.Response, error, bool) {
			resp := fn(req)
			if resp == nil {
				return nil, nil, false
			}
			c.KeepControl()
			return resp, nil, true
		})
	}
	handle(keyMetadata, func(req kmsg.Request) kmsg.Response {
		if r := req.(*kmsg.MetadataRequest); r.Topics != nil {
			return nil
		}
		if metadata == nil {
			metadata = encoded(benchMetadata(req.(*kmsg.MetadataRequest), c.ListenAddrs(), topics))
		}
		return metadata
	})
	handle(keyListOffsets, func(req kmsg.Request) kmsg.Response {
		r := req.(*kmsg.ListOffsetsRequest)
		if r.Topics[0].Partitions[0].Timestamp == atEnd && c.CurrentNode() == 0 {
			sweep.Add(1)
		}
		return benchOffsets(r, 60*sweep.Load())
	})
	handle(keyDescribeLogDirs, func(req kmsg.Request) kmsg.Response {
		return benchSizes(req.(*kmsg.DescribeLogDirsRequest), topics, 1000+6000*sweep.Load())
	})
	handle(keyDescribeConfigs, func(req kmsg.Request) kmsg.Response { return benchConfigs(req.(*kmsg.DescribeConfigsRequest)) })
	handle(keyListGroups, func(req kmsg.Request) kmsg.Response {
		return benchGroups(req.(*kmsg.ListGroupsRequest), int(c.CurrentNode()), groups)
	})
	handle(keyOffsetFetch, func(req kmsg.Request) kmsg.Response {
		return benchCommits(req.(*kmsg.OffsetFetchRequest), topics, 60*sweep.Load())
	})
	handle(keyDescribeGroups, func(req kmsg.Request) kmsg.Response { return benchDescribed(req.(*kmsg.DescribeGroupsRequest)) })
	fmt.Println(strings.Join(c.ListenAddrs(), ","))
	_, _ = bufio.NewReader(os.Stdin).ReadByte()
}

// encodedResponse is an answer that is served as bytes.
type encodedResponse struct {
	kmsg.Response
	body []byte
}

func encoded(r kmsg.Response) kmsg.Response { return encodedResponse{r, r.AppendTo(nil)} }

func (e encodedResponse) AppendTo(dst []byte) []byte { return append(dst, e.body...) }

func benchTopic(i int) string { return fmt.Sprintf("topic-%05d", i) }

func benchMetadata(req *kmsg.MetadataRequest, addresses []string, topics int) kmsg.Response {
	resp := req.ResponseKind().(*kmsg.MetadataResponse)
	resp.ControllerID = 0
	id := "bench"
	resp.ClusterID = &id
	for i, address := range addresses {
		host, port, _ := strings.Cut(address, ":")
		n, _ := strconv.Atoi(port)
		resp.Brokers = append(resp.Brokers, kmsg.MetadataResponseBroker{NodeID: int32(i), Host: host, Port: int32(n)})
	}
	all := []int32{0, 1, 2}
	for i := range topics {
		name := benchTopic(i)
		t := kmsg.NewMetadataResponseTopic()
		t.Topic, t.TopicID = &name, [16]byte{1, byte(i >> 16), byte(i >> 8), byte(i)}
		for p := range partitionsPerTopic {
			mp := kmsg.NewMetadataResponseTopicPartition()
			mp.Partition, mp.Leader, mp.Replicas, mp.ISR = int32(p), int32((i+p)%benchBrokers), all, all
			t.Partitions = append(t.Partitions, mp)
		}
		resp.Topics = append(resp.Topics, t)
	}
	return resp
}

func benchOffsets(req *kmsg.ListOffsetsRequest, end int64) kmsg.Response {
	resp := req.ResponseKind().(*kmsg.ListOffsetsResponse)
	for _, t := range req.Topics {
		rt := kmsg.ListOffsetsResponseTopic{Topic: t.Topic,
			Partitions: make([]kmsg.ListOffsetsResponseTopicPartition, len(t.Partitions))}
		for i, p := range t.Partitions {
			rp := kmsg.NewListOffsetsResponseTopicPartition()
			if rp.Partition = p.Partition; p.Timestamp == atEnd {
				rp.Offset = end
			} else {
				rp.Offset = 0
			}
			rt.Partitions[i] = rp
		}
		resp.Topics = append(resp.Topics, rt)
	}
	return resp
}

func benchSizes(req *kmsg.DescribeLogDirsRequest, topics int, size int64) kmsg.Response {
	resp := req.ResponseKind().(*kmsg.DescribeLogDirsResponse)
	dir := kmsg.NewDescribeLogDirsResponseDir()
	dir.Dir = "/data"
	for i := range topics {
		t := kmsg.DescribeLogDirsResponseDirTopic{Topic: benchTopic(i),
			Partitions: make([]kmsg.DescribeLogDirsResponseDirTopicPartition, partitionsPerTopic)}
		for p := range t.Partitions {
			t.Partitions[p] = kmsg.DescribeLogDirsResponseDirTopicPartition{Partition: int32(p), Size: size}
		}
		dir.Topics = append(dir.Topics, t)
	}
	resp.Dirs = append(resp.Dirs, dir)
	return resp
}

func benchConfigs(req *kmsg.DescribeConfigsRequest) kmsg.Response {
	resp := req.ResponseKind().(*kmsg.DescribeConfigsResponse)
	for _, r := range req.Resources {
		resp.Resources = append(resp.Resources,
			kmsg.DescribeConfigsResponseResource{ResourceType: r.ResourceType, ResourceName: r.ResourceName})
	}
	return resp
}

func benchGroups(req *kmsg.ListGroupsRequest, node, groups int) kmsg.Response {
	resp := req.ResponseKind().(*kmsg.ListGroupsResponse)
	for i := node; i < groups; i += benchBrokers {
		g := kmsg.NewListGroupsResponseGroup()
		g.Group, g.ProtocolType, g.GroupState, g.GroupType = fmt.Sprintf("group-%05d", i), "consumer", "Stable", "classic"
		resp.Groups = append(resp.Groups, g)
	}
	return resp
}

func benchCommits(req *kmsg.OffsetFetchRequest, topics int, offset int64) kmsg.Response {
	resp := req.ResponseKind().(*kmsg.OffsetFetchResponse)
	for _, g := range req.Groups {
		n, _ := strconv.Atoi(strings.TrimPrefix(g.Group, "group-"))
		rt := kmsg.OffsetFetchResponseGroupTopic{Topic: benchTopic(n % topics)}
		for p := range int32(10) {
			rp := kmsg.NewOffsetFetchResponseGroupTopicPartition()
			rp.Partition, rp.Offset = p, offset
			rt.Partitions = append(rt.Partitions, rp)
		}
		rg := kmsg.NewOffsetFetchResponseGroup()
		rg.Group, rg.Topics = g.Group, append(rg.Topics, rt)
		resp.Groups = append(resp.Groups, rg)
	}
	return resp
}

func benchDescribed(req *kmsg.DescribeGroupsRequest) kmsg.Response {
	resp := req.ResponseKind().(*kmsg.DescribeGroupsResponse)
	for _, name := range req.Groups {
		g := kmsg.NewDescribeGroupsResponseGroup()
		g.Group, g.State, g.ProtocolType = name, "Stable", "consumer"
		g.Members = []kmsg.DescribeGroupsResponseGroupMember{{MemberID: name + "-1", ClientID: "bench"}}
		resp.Groups = append(resp.Groups, g)
	}
	return resp
}

func serving(b testing.TB, n int) []string { return servingGroups(b, n, 0) }

// servingGroups starts a cluster of n partitions in another process and returns its addresses.
func servingGroups(b testing.TB, n, groups int) []string {
	b.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d", servePartitions, n), fmt.Sprintf("%s=%d", serveGroups, groups))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(line), ",")
}

// BenchmarkSweep is a sweep without groups; BenchmarkBareRequests sends and decodes the same requests and does nothing with them.
func BenchmarkSweep(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			cfg := DefaultConfig()
			cfg.Bootstrap, cfg.Timeout = serving(b, n), time.Minute
			s, err := New(cfg, zerolog.Nop())
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			if _, err := s.Collect(b.Context(), workload.Window{}); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				sample, err := s.Collect(b.Context(), workload.Window{})
				if err != nil {
					b.Fatal(err)
				}
				if f := sample.Totals.Partitions; f == nil || f.Value != float64(n) || sample.Totals.IngressBytesPerSec == nil {
					b.Fatalf("sample has %+v", sample.Totals)
				}
			}
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			b.ReportMetric(float64(m.HeapAlloc)/(1<<20), "MiB-live")
		})
	}
}

func BenchmarkBareRequests(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			client, err := kgo.NewClient(kgo.SeedBrokers(serving(b, n)...), kgo.BrokerMaxReadBytes(largestResponse))
			if err != nil {
				b.Fatal(err)
			}
			defer client.Close()
			ctx := b.Context()
			if _, err := client.Request(ctx, brokersOnly()); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				bareSweep(ctx, b, client)
			}
		})
	}
}

func brokersOnly() *kmsg.MetadataRequest {
	req := kmsg.NewPtrMetadataRequest()
	req.Topics = []kmsg.MetadataRequestTopic{}
	return req
}

// bareSweep sends the requests of a sweep, decodes the answers and keeps nothing.
func bareSweep(ctx context.Context, b testing.TB, client *kgo.Client) {
	b.Helper()
	all := kmsg.NewPtrMetadataRequest()
	answer, err := client.SeedBrokers()[0].Request(ctx, all)
	if err != nil {
		b.Fatal(err)
	}
	requests := map[int32]*kmsg.ListOffsetsRequest{}
	for _, t := range answer.(*kmsg.MetadataResponse).Topics {
		for _, p := range t.Partitions {
			req := requests[p.Leader]
			if req == nil {
				req = kmsg.NewPtrListOffsetsRequest()
				requests[p.Leader] = req
			}
			if last := len(req.Topics) - 1; last < 0 || req.Topics[last].Topic != *t.Topic {
				req.Topics = append(req.Topics, kmsg.ListOffsetsRequestTopic{Topic: *t.Topic})
			}
			rp := kmsg.NewListOffsetsRequestTopicPartition()
			rp.Partition, rp.Timestamp = p.Partition, atEnd
			rt := &req.Topics[len(req.Topics)-1]
			rt.Partitions = append(rt.Partitions, rp)
		}
	}
	errs := make(chan error)
	for id, req := range requests {
		go func() {
			errs <- bareBroker(ctx, client.Broker(int(id)), req)
		}()
	}
	for range requests {
		if err := <-errs; err != nil {
			b.Fatal(err)
		}
	}
}

// bareBroker sends what one broker is asked in a sweep, as leader and as coordinator of its groups.
func bareBroker(ctx context.Context, broker *kgo.Broker, ends *kmsg.ListOffsetsRequest) error {
	var listed kmsg.Response
	for _, r := range []kmsg.Request{ends, kmsg.NewPtrDescribeLogDirsRequest(), ends, kmsg.NewPtrListGroupsRequest()} {
		var err error
		if listed, err = broker.Request(ctx, r); err != nil {
			return err
		}
	}
	commits, describe := kmsg.NewPtrOffsetFetchRequest(), kmsg.NewPtrDescribeGroupsRequest()
	for _, g := range listed.(*kmsg.ListGroupsResponse).Groups {
		rg := kmsg.NewOffsetFetchRequestGroup()
		rg.Group, rg.Topics = g.Group, nil
		commits.Groups, describe.Groups = append(commits.Groups, rg), append(describe.Groups, g.Group)
	}
	if len(commits.Groups) == 0 {
		return nil
	}
	for _, r := range []kmsg.Request{commits, describe} {
		if _, err := broker.Request(ctx, r); err != nil {
			return err
		}
	}
	return nil
}
