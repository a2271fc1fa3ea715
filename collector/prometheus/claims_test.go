package prometheus

import (
	"testing"
	"time"

	"github.com/mskfit/mskfit/internal/workload"
)

// readingOf is a reading by the preset's names.
func readingOf(t *testing.T, preset string) *reading {
	t.Helper()
	m := Metrics{Preset: preset}.candidates()[0]
	n, err := m.compile()
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	return newReading("prometheus", "prometheus: rate over 1m", &n, workload.Window{Start: at, End: at.Add(time.Minute)})
}

// Connections between brokers are in what the exporter counts: for one broker as for all it is a ceiling, and not measured.
func TestConnectionsOfABrokerAreACeiling(t *testing.T) {
	r := readingOf(t, "jmx_exporter")
	const name = "b-1.orders.abc123.c2.kafka.eu-west-1.amazonaws.com:11001"
	r.brokers[ingress][name], r.brokers[connections][name] = within(1000, 0), within(40, 0)
	s := r.sample()
	for what, f := range map[string]*workload.Figure{"cluster": s.Totals.ClientConnections,
		"broker": s.Brokers[0].ClientConnections} {
		if f == nil || f.Method != workload.Estimated || f.Low != 0 || f.High != 40 {
			t.Errorf("%s: %+v, want at most 40, estimated", what, f)
		}
	}
}

// High water marks grow with transaction markers, too: records are no more than that.
func TestRecordsByOffsetsAreACeiling(t *testing.T) {
	r := readingOf(t, "kminion")
	r.topics[messages]["orders"] = within(500, 0)
	s := r.sample()
	for what, f := range map[string]*workload.Figure{"cluster": s.Totals.MessagesPerSec, "topic": s.Topics[0].MessagesPerSec} {
		if f == nil || f.Method != workload.Estimated || f.Low != 0 || f.High != 500 || f.Value != 500 {
			t.Errorf("%s: %+v, want at most 500, estimated", what, f)
		}
	}
}
