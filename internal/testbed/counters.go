package testbed

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"golang.org/x/sync/errgroup"
)

// agentRules is the metrics agent's configuration: the brokers' own counts of bytes and messages, per topic and in all, and
// of the requests that they were sent. Anything else would only make a scrape slow.
const agentRules = `startDelaySeconds: 0
includeObjectNames:
  - "kafka.server:type=BrokerTopicMetrics,*"
  - "kafka.network:type=RequestMetrics,name=RequestsPerSec,*"
rules:
  - pattern: kafka.server<type=(.+), name=(BytesInPerSec|BytesOutPerSec|MessagesInPerSec|ReplicationBytesInPerSec|TotalProduceRequestsPerSec)(, topic=(.+))?><>Count
    name: kafka_server_$1_$2_total
    type: COUNTER
    labels:
      topic: "$4"
  - pattern: kafka.network<type=RequestMetrics, name=RequestsPerSec, request=(.+), version=(.+)><>Count
    name: kafka_network_requests_total
    type: COUNTER
    labels:
      request: "$1"
      version: "$2"
  - pattern: kafka.network<type=RequestMetrics, name=RequestsPerSec, request=(.+)><>Count
    name: kafka_network_requests_total
    type: COUNTER
    labels:
      request: "$1"
`

func (c *Cluster) agentRules() string {
	c.t.Helper()
	path := filepath.Join(c.dir, "jmx.yml")
	if err := os.WriteFile(path, []byte(agentRules), 0o644); err != nil {
		c.t.Fatalf("write the metrics agent's rules: %v", err)
	}
	return path
}

// Traffic is what the brokers have counted since they started. Bytes are those of record batches as sent, compressed.
type Traffic struct {
	BytesIn            int64 // from producers (and group commits, in the cluster's total), counted at the leader
	BytesOut           int64 // to consumers, replication not included
	MessagesIn         int64
	ReplicationBytesIn int64 // from leaders; only in the cluster's total
	// ProduceRequests counts a request once for each partition that it writes to. Transaction markers and what coordinators write
	// to internal topics count too.
	ProduceRequests int64
}

// Counters are the brokers' own counts, summed over the brokers.
type Counters struct {
	// Start and End enclose the instants at which the brokers were read, all at once; At is their middle.
	Start, End time.Time
	// Total is the brokers' own total. It includes internal topics, and is not the sum of Topics when a topic has been deleted.
	Total Traffic
	// Topics has those with traffic since the brokers' start, internal ones too.
	Topics map[string]Traffic
	// Requests counts what brokers were sent, by name of the API ("Metadata", "ListOffsets", …), all versions together. Brokers
	// send each other some kinds too.
	Requests map[string]int64
	// Brokers are the parts of Total and Topics by broker id.
	Brokers map[int]BrokerTraffic
}

// BrokerTraffic is what one broker has counted.
type BrokerTraffic struct {
	Total  Traffic
	Topics map[string]Traffic
}

// At is the middle of the reading.
func (c Counters) At() time.Time { return c.Start.Add(c.End.Sub(c.Start) / 2) }

// Since returns what was counted between the earlier reading and this one; Start and End are this one's. It makes sense
// only if no broker was restarted in between.
func (c Counters) Since(earlier Counters) Counters {
	d := Counters{Start: c.Start, End: c.End, Total: c.Total.minus(earlier.Total), Topics: map[string]Traffic{},
		Requests: map[string]int64{}, Brokers: map[int]BrokerTraffic{}}
	for name, topic := range c.Topics {
		d.Topics[name] = topic.minus(earlier.Topics[name])
	}
	for name, n := range c.Requests {
		d.Requests[name] = n - earlier.Requests[name]
	}
	for id, b := range c.Brokers {
		was := earlier.Brokers[id]
		one := BrokerTraffic{b.Total.minus(was.Total), map[string]Traffic{}}
		for name, topic := range b.Topics {
			one.Topics[name] = topic.minus(was.Topics[name])
		}
		d.Brokers[id] = one
	}
	return d
}

func (t Traffic) minus(o Traffic) Traffic {
	return Traffic{t.BytesIn - o.BytesIn, t.BytesOut - o.BytesOut, t.MessagesIn - o.MessagesIn,
		t.ReplicationBytesIn - o.ReplicationBytesIn,
		t.ProduceRequests - o.ProduceRequests}
}

// MetricsURLs returns the address of each broker's metrics page, in the text format of Prometheus.
func (c *Cluster) MetricsURLs() []string {
	var list []string
	for _, b := range c.brokers {
		list = append(list, fmt.Sprintf("http://127.0.0.1:%d/metrics", b.ports[metrics]))
	}
	return list
}

// Counters reads the counters of all brokers at once. Every broker must be running.
func (c *Cluster) Counters(ctx context.Context) (Counters, error) {
	sum := Counters{Start: time.Now(), Topics: map[string]Traffic{}, Requests: map[string]int64{},
		Brokers: map[int]BrokerTraffic{}}
	pages := make([]map[string]*dto.MetricFamily, len(c.brokers))
	all, ctx := errgroup.WithContext(ctx)
	for i, url := range c.MetricsURLs() {
		all.Go(func() (err error) {
			pages[i], err = scrape(ctx, url)
			return err
		})
	}
	if err := all.Wait(); err != nil {
		return Counters{}, err
	}
	sum.End = time.Now()
	for i, page := range pages {
		sum.add(page)
		one := Counters{Topics: map[string]Traffic{}, Requests: map[string]int64{}}
		one.add(page)
		sum.Brokers[c.brokers[i].id] = BrokerTraffic{one.Total, one.Topics}
	}
	return sum, nil
}

func scrape(ctx context.Context, url string) (map[string]*dto.MetricFamily, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, fmt.Errorf("read the counters at %s: %w", url, err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("read the counters: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		body, _ := io.ReadAll(io.LimitReader(resp.Body, 300))
		return nil, fmt.Errorf("read the counters at %s: %s: %s", url, resp.Status, body)
	}
	parser := expfmt.NewTextParser(model.UTF8Validation)
	page, err := parser.TextToMetricFamilies(resp.Body)
	if err != nil {
		return nil, fmt.Errorf("read the counters at %s: %w", url, err)
	}
	return page, nil
}

// add adds one broker's page.
func (c *Counters) add(page map[string]*dto.MetricFamily) {
	const prefix = "kafka_server_BrokerTopicMetrics_"
	for name, family := range page {
		for _, m := range family.Metric {
			value := int64(m.GetCounter().GetValue())
			switch {
			case name == "kafka_network_requests_total":
				c.Requests[label(m, "request")] += value
			case !strings.HasPrefix(name, prefix):
			case label(m, "topic") == "":
				c.Total.count(strings.TrimPrefix(name, prefix), value)
			default:
				topic := c.Topics[label(m, "topic")]
				topic.count(strings.TrimPrefix(name, prefix), value)
				c.Topics[label(m, "topic")] = topic
			}
		}
	}
}

func (t *Traffic) count(metric string, value int64) {
	switch metric {
	case "BytesInPerSec_total":
		t.BytesIn += value
	case "BytesOutPerSec_total":
		t.BytesOut += value
	case "MessagesInPerSec_total":
		t.MessagesIn += value
	case "ReplicationBytesInPerSec_total":
		t.ReplicationBytesIn += value
	case "TotalProduceRequestsPerSec_total":
		t.ProduceRequests += value
	}
}

func label(m *dto.Metric, name string) string {
	for _, l := range m.Label {
		if l.GetName() == name {
			return l.GetValue()
		}
	}
	return ""
}
