package kafka

import (
	"crypto/tls"
	"errors"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/mskfit/mskfit/collector/kafka/auth"
	"github.com/mskfit/mskfit/internal/faults"
	"github.com/mskfit/mskfit/internal/testbed"
	"github.com/mskfit/mskfit/internal/workload"
)

// A broker whose certificate expires while it is observed is named with the reason, and observed again once it shows a new one.
func TestExpiredCertificateOfABroker(t *testing.T) {
	r := faults.Begin(t, "the brokers' certificate expires", "the error says that it has expired; the next sweep after it is renewed works")
	valid := testbed.SelfSigned(t, "broker")
	expired := testbed.SelfSignedUntil(t, time.Now().Add(-time.Minute), "broker")
	var shown atomic.Pointer[tls.Certificate]
	shown.Store(&valid.Pair)
	c, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(1, "orders"), kfake.TLS(&tls.Config{
		MinVersion:     tls.VersionTLS12,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return shown.Load(), nil }}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	cfg := DefaultConfig()
	cfg.Bootstrap, cfg.Timeout = c.ListenAddrs(), 2*time.Second
	cfg.TLS = auth.TLS{Enabled: true,
		CAFile: write(t, filepath.Join(t.TempDir(), "ca.pem"), string(valid.CertPEM)+string(expired.CertPEM))}
	s, err := New(cfg, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	collect(t, s)

	shown.Store(&expired.Pair)
	cut := atomic.Bool{}
	c.ControlKey(keyMetadata, func(kmsg.Request) (kmsg.Response, error, bool) {
		c.KeepControl()
		if cut.Swap(true) {
			return nil, nil, false
		}
		return nil, errors.New("connection cut"), true
	})
	_, err = s.Collect(t.Context(), workload.Window{})
	if err == nil || !strings.Contains(err.Error(), "the broker's certificate has expired") {
		t.Errorf("the error is %v", err)
	}
	r.Observed("error: %v", strings.Replace(err.Error(), c.ListenAddrs()[0], "the broker", 1))
	shown.Store(&valid.Pair)
	renewed := time.Now()
	collect(t, s)
	r.Recovered(renewed)
}
