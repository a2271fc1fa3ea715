//go:build unix

package daemon

import (
	"fmt"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/collector/msk"
	"github.com/mskfit/mskfit/internal/history"
	"github.com/mskfit/mskfit/internal/testbed/mskfake"
	"github.com/mskfit/mskfit/internal/workload"
)

// serverlessMetrics are those of a Serverless cluster with so many topics, whose loads differ and change from minute to minute.
func serverlessMetrics(cluster string, topics int) (out []*mskfake.Metric) {
	for i := range topics {
		dims := map[string]string{"Cluster Name": cluster, "Topic": fmt.Sprintf("topic-%03d", i)}
		for k, name := range []string{"BytesInPerSec", "BytesOutPerSec", "MessagesInPerSec"} {
			out = append(out, &mskfake.Metric{Name: name, Dimensions: dims, Raw: func(at time.Time) []float64 {
				return []float64{float64((i+1)*(k+1)*1000 + int(at.Unix()/60)%97)}
			}})
		}
	}
	return out
}

// cpuSeconds is what this process has used of the processors so far.
func cpuSeconds(b *testing.B) float64 {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return float64(u.Utime.Sec+u.Stime.Sec) + float64(u.Utime.Usec+u.Stime.Usec)/1e6
}

// What reading back 700 topics of a Serverless cluster costs, from CloudWatch's answers to the history: a span of minutes, and
// one of five minutes. Of 63 days 15 are minutes and 48 five minutes. The double's own work is part of it; -cpuprofile
// distinguishes it.
func BenchmarkReadBack700Topics(b *testing.B) {
	now := time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	server := &mskfake.Server{Clusters: []*mskfake.Cluster{mskfake.Serverless("clicks")}, Metrics: serverlessMetrics("clicks", 700),
		Now: func() time.Time { return now }}
	clients := msk.NewClients(aws.Config{Region: "us-east-1", HTTPClient: server,
		Credentials: credentials.NewStaticCredentialsProvider("a", "b", "")}, nil)
	for _, span := range []struct {
		name string
		ago  time.Duration
		of   time.Duration
		// times is how often 63 days have the span.
		times float64
	}{{"6h of minutes", 24 * time.Hour, 6 * time.Hour, 60}, {"2d of five minutes", 30 * 24 * time.Hour, 48 * time.Hour, 24}} {
		b.Run(span.name, func(b *testing.B) {
			before := cpuSeconds(b)
			for range b.N {
				cfg := history.DefaultConfig()
				cfg.Dir = b.TempDir()
				store, err := history.Open(cfg, history.Options{Now: server.Now, Log: zerolog.Nop()})
				if err != nil {
					b.Fatal(err)
				}
				cluster, err := msk.Find(b.Context(), clients, "", "clicks", now)
				if err != nil {
					b.Fatal(err)
				}
				s := msk.NewSource(msk.DefaultConfig(), cluster, clients, zerolog.Nop(), msk.WithClock(server.Now))
				w := workload.Window{Start: now.Add(-span.ago - span.of), End: now.Add(-span.ago)}
				if err := s.ReadBack(b.Context(), w,
					func(one workload.Sample) error { return store.Append(b.Context(), one) }); err != nil {
					b.Fatal(err)
				}
				if err := store.Close(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric((cpuSeconds(b)-before)/float64(b.N)*span.times/60, "CPU-min/63d")
		})
	}
}
