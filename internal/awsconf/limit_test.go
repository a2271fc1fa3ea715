package awsconf

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/kafka"
)

// An answer without end costs no more memory than the limit, and is an error.
func TestAnswersOfAWSAreBounded(t *testing.T) {
	sent := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"nextToken": "`))
		for chunk := []byte(strings.Repeat("a", 1<<20)); sent < 4*largestAnswer; sent += len(chunk) {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	}))
	defer server.Close()
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIAFAKE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	cfg := Config{Timeout: 30 * time.Second, MaxAttempts: 1, Endpoints: Endpoints{Kafka: server.URL}}
	s, err := Open(t.Context(), cfg, "us-east-1",
		Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = kafka.NewFromConfig(s.In("us-east-1")).ListClustersV2(t.Context(), &kafka.ListClustersV2Input{})
	if err == nil || !strings.Contains(err.Error(), "too large") {
		t.Errorf("got %v", err)
	}
	if sent >= 2*largestAnswer {
		t.Errorf("%d MiB were read", sent>>20)
	}
}
