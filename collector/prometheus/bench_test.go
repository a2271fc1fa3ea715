package prometheus

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkPage reads a page as a busy MSK broker has it: 3,000 topics among 100,000 series that no one asks for.
func BenchmarkPage(b *testing.B) {
	var page strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&page, "kafka_log_Log_Value{name=\"Size\",topic=\"topic-%d\",partition=\"%d\",} %d.0\n", i/30, i%30, i*1000)
	}
	for i := range 3000 {
		for _, name := range []string{"BytesInPerSec", "BytesOutPerSec", "MessagesInPerSec"} {
			fmt.Fprintf(&page, "kafka_server_BrokerTopicMetrics_Count{name=%q,topic=\"topic-%d\",} %d.0\n", name, i, i*1000)
		}
	}
	all, err := compileAll(Metrics{Preset: "msk_open_monitoring"})
	if err != nil {
		b.Fatal(err)
	}
	body := []byte(page.String())
	r := reader{names: &all[0], topics: topicPattern(".+")}
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.read(body, "text/plain"); err != nil {
			b.Fatal(err)
		}
	}
}
