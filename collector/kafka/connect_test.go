package kafka

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/collector/kafka/auth"
	"github.com/mskfit/mskfit/internal/secret"
	"github.com/mskfit/mskfit/internal/testbed"
	"github.com/mskfit/mskfit/internal/workload"
)

const rightPassword, wrongPassword = "bench-secret", "not-the-secret"

func TestEveryListenerIsReachedOrExplained(t *testing.T) {
	c := testbed.Kafka(t, testbed.Options{
		Listeners: []testbed.Listener{testbed.Plaintext, testbed.ServerTLS, testbed.MutualTLS, testbed.SASLPlaintext,
			testbed.SASLTLS},
		Users: map[string]string{"bench": rightPassword}, NoCounters: true,
	})
	trust := auth.TLS{Enabled: true, CAFile: c.TLS.CAFile}
	both := auth.TLS{Enabled: true, CAFile: c.TLS.CAFile, CertFile: c.TLS.CertFile, KeyFile: c.TLS.KeyFile}
	user := func(mechanism, password string) auth.SASL {
		return auth.SASL{Mechanism: mechanism, Username: "bench", Password: secret.New(password)}
	}
	other := trust
	other.ServerName = "kafka.example.com"
	for _, tt := range []struct {
		name string
		to   testbed.Listener
		tls  auth.TLS
		sasl auth.SASL
		want string // part of the message; empty: it works
	}{
		{"plaintext", testbed.Plaintext, auth.TLS{}, auth.SASL{}, ""},
		{"tls", testbed.ServerTLS, trust, auth.SASL{}, ""},
		{"mutual tls", testbed.MutualTLS, both, auth.SASL{}, ""},
		{"plain", testbed.SASLPlaintext, auth.TLS{}, user("PLAIN", rightPassword), ""},
		{"scram 256", testbed.SASLPlaintext, auth.TLS{}, user("SCRAM-SHA-256", rightPassword), ""},
		{"scram 512 over tls", testbed.SASLTLS, trust, user("SCRAM-SHA-512", rightPassword), ""},

		{"tls to a plaintext port", testbed.Plaintext, trust, auth.SASL{},
			"the broker does not speak TLS on this port: leave out tls.enabled, or use the TLS port"},
		{"plaintext to a tls port", testbed.ServerTLS, auth.TLS{}, auth.SASL{},
			"the broker expects TLS on this port: set tls.enabled"},
		{"plaintext to a tls port with sasl", testbed.SASLTLS, auth.TLS{}, user("PLAIN", rightPassword),
			"the broker expects TLS on this port: set tls.enabled"},
		{"unknown authority", testbed.ServerTLS, auth.TLS{Enabled: true}, auth.SASL{},
			"signed by an untrusted authority: set tls.ca_file to the authority's certificate"},
		{"another name", testbed.ServerTLS, other, auth.SASL{}, "and not for kafka.example.com: set tls.server_name"},
		{"no client certificate", testbed.MutualTLS, trust, auth.SASL{},
			"the broker requires a client certificate (mTLS): set tls.cert_file and tls.key_file"},
		{"wrong password, plain", testbed.SASLPlaintext, auth.TLS{}, user("PLAIN", wrongPassword),
			`the broker refuses user "bench" (PLAIN): check sasl.username, sasl.password and sasl.mechanism`},
		{"wrong password, scram", testbed.SASLTLS, trust, user("SCRAM-SHA-512", wrongPassword),
			`the broker refuses user "bench" (SCRAM-SHA-512)`},
		{"no sasl to a sasl port", testbed.SASLPlaintext, auth.TLS{}, auth.SASL{}, "it may require authentication on this port"},
		{"sasl to a port without", testbed.Plaintext, auth.TLS{}, user("PLAIN", rightPassword),
			"the broker does not authenticate on this port: leave out sasl, or use the SASL port"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newSource(t, c, func(cfg *Config) {
				cfg.Bootstrap, cfg.TLS, cfg.SASL = c.Addresses(tt.to), tt.tls, tt.sasl
			})
			began := time.Now()
			sample, err := s.Collect(t.Context(), workload.Window{})
			switch {
			case tt.want == "" && err != nil:
				t.Fatal(err)
			case tt.want == "":
				if len(sample.Brokers) != 1 {
					t.Errorf("sample has %d brokers, want 1", len(sample.Brokers))
				}
				return
			case err == nil:
				t.Fatal("it connected")
			}
			t.Log(err)
			checkMessage(t, err, c.Addresses(tt.to)[0], tt.want)
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("it took %s to say so", took)
			}
		})
	}
	t.Run("posture", func(t *testing.T) {
		p := collect(t, newSource(t, c)).Posture
		if got, want := strings.Join(p.Authentication, " "), "mtls plaintext sasl_plain sasl_scram tls"; got != want {
			t.Errorf("authentication is %q, want %q (listeners %+v)", got, want, p.Listeners)
		}
	})
}

// checkMessage wants one line that names the address and holds the text, and no secret.
func checkMessage(t *testing.T, err error, address, want string) {
	t.Helper()
	message := err.Error()
	if !strings.Contains(message, want) {
		t.Errorf("message is %q, want it to hold %q", message, want)
	}
	if !strings.HasPrefix(message, "connect to "+address+": ") {
		t.Errorf("message is %q, want it to begin with the address %s", message, address)
	}
	if strings.Contains(message, "\n") {
		t.Errorf("message has several lines: %q", message)
	}
	for _, password := range []string{rightPassword, wrongPassword} {
		if strings.Contains(message, password) {
			t.Errorf("message shows the password: %q", message)
		}
	}
}

func TestUnreachableAddressesAreExplained(t *testing.T) {
	mute, err := net.Listen("tcp", "127.0.0.1:0") // accepts in the kernel and never answers
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = mute.Close() })
	web, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = web.Close() })
	go answerLikeAWebServer(web)
	for _, tt := range []struct{ name, address, want string }{
		{"no such host", "no-such-host.invalid:9092", "check the"},
		{"nothing listening", "127.0.0.1:1", "nothing is listening on this port: check host and port, and that the broker runs"},
		{"no answer", mute.Addr().String(), "no answer within 1s"},
		{"a web server", web.Addr().String(), "this is a web server, not a Kafka broker: check the port"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cfg := DefaultConfig()
			cfg.Bootstrap, cfg.Timeout = []string{tt.address}, time.Second
			s, err := New(cfg, zerolog.Nop())
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			_, err = s.Collect(t.Context(), workload.Window{})
			if err == nil {
				t.Fatal("it connected")
			}
			t.Log(err)
			checkMessage(t, err, tt.address, tt.want)
		})
	}
}

func answerLikeAWebServer(l net.Listener) {
	for {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		_, _ = conn.Write([]byte("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"))
		_ = conn.Close()
	}
}

func TestInterruptedCollectReturnsAtOnce(t *testing.T) {
	mute, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = mute.Close() })
	cfg := DefaultConfig()
	cfg.Bootstrap = []string{mute.Addr().String()}
	s, err := New(cfg, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	began := time.Now()
	_, err = s.Collect(ctx, workload.Window{})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v, want context canceled", err)
	}
	if took := time.Since(began); took > time.Second {
		t.Errorf("it took %s to stop", took)
	}
}
