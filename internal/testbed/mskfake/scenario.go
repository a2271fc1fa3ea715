package mskfake

import (
	"fmt"
	"math"
	"net/http/httptest"
	"os"
	"testing"
	"time"
)

// Config serves the fake until the test ends, sets fake credentials, and returns the part of a configuration that leads to it.
func Config(t testing.TB, server *Server) string {
	t.Helper()
	if server.Now == nil {
		server.Now = time.Now
	}
	s := httptest.NewUnstartedServer(server)
	// on a connection that is used again the SDK loses one answer in some hundred: cause not found
	s.Config.SetKeepAlivesEnabled(false)
	s.Start()
	t.Cleanup(s.Close)
	for name, value := range map[string]string{"AWS_ACCESS_KEY_ID": "AKIAFAKE", "AWS_SECRET_ACCESS_KEY": "secret",
		"AWS_SESSION_TOKEN": "",
		"AWS_PROFILE":       "", "AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull,
		"AWS_EC2_METADATA_DISABLED": "true"} {
		t.Setenv(name, value)
	}
	return fmt.Sprintf("aws: {max_attempts: 1, endpoints: {kafka: %[1]q, cloudwatch: %[1]q, sts: %[1]q, cost_explorer: %[1]q}}\n",
		s.URL)
}

// Office is a load with office hours: 12 MB/s at night and 60 MB/s at noon.
func Office(at time.Time) float64 {
	return 1e6 * (36 - 24*math.Cos((float64(at.Hour())+float64(at.Minute())/60)/24*2*math.Pi))
}

// ProvisionedMetrics are those of a Provisioned cluster at level DEFAULT, its load even on all brokers.
func ProvisionedMetrics(cluster string, brokers int, in func(time.Time) float64) (out []*Metric) {
	of := func(more ...string) map[string]string {
		dims := map[string]string{"Cluster Name": cluster}
		for i := 0; i < len(more); i += 2 {
			dims[more[i]] = more[i+1]
		}
		return dims
	}
	share := func(k float64) func(time.Time) []float64 {
		return func(at time.Time) []float64 { return []float64{math.Round(k * in(at) / float64(brokers))} }
	}
	for id := 1; id <= brokers; id++ {
		b := fmt.Sprint(id)
		out = append(out,
			&Metric{Name: "BytesInPerSec", Dimensions: of("Broker ID", b), Raw: share(1)},
			&Metric{Name: "BytesOutPerSec", Dimensions: of("Broker ID", b), Raw: share(2)},
			&Metric{Name: "MessagesInPerSec", Dimensions: of("Broker ID", b), Raw: share(1e-3)},
			&Metric{Name: "KafkaDataLogsDiskUsed", Dimensions: of("Broker ID", b), Raw: Constant(30)},
			&Metric{Name: "ClientConnectionCount", Dimensions: of("Broker ID", b, "Client Authentication", "IAM"),
				Raw: Constant(40)},
			&Metric{Name: "BytesInPerSec", Dimensions: of("Broker ID", b, "Topic", "carts"), Raw: share(0.5)},
			&Metric{Name: "BytesOutPerSec", Dimensions: of("Broker ID", b, "Topic", "carts"), Raw: share(1)})
	}
	controller := make([]float64, brokers)
	controller[0] = 600
	return append(out, &Metric{Name: "GlobalPartitionCount", Dimensions: of(), Raw: Constant(controller...)})
}

// Many are n small clusters with one metric each, every tenth of them Serverless.
func Many(n int) *Server {
	server := &Server{}
	for i := range n {
		name := fmt.Sprintf("team-%03d", i)
		dims := map[string]string{"Cluster Name": name, "Broker ID": "1"}
		cluster := Provisioned(name, "kafka.m7g.large", 3)
		if i%10 == 9 {
			cluster, dims = Serverless(name), map[string]string{"Cluster Name": name, "Topic": "events"}
		}
		server.Clusters = append(server.Clusters, cluster)
		server.Metrics = append(server.Metrics, &Metric{Name: "BytesInPerSec", Dimensions: dims, Raw: Constant(1e6 + float64(i))})
	}
	return server
}
