package kafka

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/mskfit/mskfit/collector/kafka/auth"
)

// clientID names this program in the brokers' request logs and quotas.
const clientID = "mskfit"

// largestResponse bounds one answer. A million partitions make about 50 MB of metadata, and as much log sizes a broker. It
// stays below 352 MB, which is what a TLS alert reads as when it is taken for the size of an answer.
const largestResponse = 320 << 20

// newClient returns a client that can send nothing but the allowed requests, and counts each in m.
func newClient(cfg Config, m *meter, now func() time.Time,
	dial func(ctx context.Context, network, host string) (net.Conn, error)) (*kgo.Client, error) {
	opts := []kgo.Opt{
		kgo.ClientID(clientID),
		kgo.SoftwareNameAndVersion(clientID, "1"),
		kgo.MaxVersions(allowedVersions()),
		kgo.WithHooks(m),
		kgo.DisableClientMetrics(),
		kgo.BrokerMaxReadBytes(largestResponse),
		kgo.DialTimeout(cfg.Timeout),
		kgo.RequestTimeoutOverhead(cfg.Timeout),
		kgo.RetryTimeout(cfg.Timeout),
		kgo.RequestRetries(2),
		// Connections stay open between sweeps: opening one costs more requests than using it. Brokers close theirs after ten
		// minutes.
		kgo.ConnIdleTimeout(9 * time.Minute),
		// Every sweep reads the metadata itself; its own loop would only repeat it; an hour is the longest it allows.
		kgo.MetadataMaxAge(time.Hour),
	}
	seeds := make([]string, 0, len(cfg.Bootstrap))
	for _, b := range cfg.Bootstrap {
		s, err := seed(b)
		if err != nil {
			return nil, err
		}
		seeds = append(seeds, s)
	}
	opts = append(opts, kgo.SeedBrokers(seeds...))
	files, err := auth.OpenTLS(cfg.TLS, cfg.Names)
	if err != nil {
		return nil, err
	}
	opts = append(opts, kgo.Dialer(dialer(dial, files, cfg.Timeout)))
	mechanism, err := auth.New(cfg.SASL, auth.Login{Bootstrap: cfg.Bootstrap, Timeout: cfg.Timeout, ClientID: clientID, Now: now,
		Names: cfg.Names})
	if err != nil {
		return nil, err
	}
	if mechanism != nil {
		opts = append(opts, kgo.SASL(mechanism))
	}
	return kgo.NewClient(opts...)
}

// dialer connects, with TLS when files is not nil, both within the timeout. The TLS handshake is done here, so that its error
// is seen as what it is.
func dialer(dial func(context.Context, string, string) (net.Conn, error), files *auth.Certificates,
	timeout time.Duration) func(context.Context, string, string) (net.Conn, error) {
	if dial == nil {
		dial = (&net.Dialer{}).DialContext
	}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		ctx, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		conn, err := dial(ctx, network, address)
		if err != nil || files == nil {
			return conn, err
		}
		named := files.Current()
		if named.ServerName == "" {
			named.ServerName, _, _ = net.SplitHostPort(address)
		}
		secured := tls.Client(conn, named)
		if err := secured.HandshakeContext(ctx); err != nil {
			return nil, &handshakeError{err: errors.Join(err, ignoreClosed(conn.Close()))}
		}
		return secured, nil
	}
}

// handshakeError is a connection that was made and did not become a TLS one.
type handshakeError struct{ err error }

func (e *handshakeError) Error() string { return "tls handshake: " + e.err.Error() }
func (e *handshakeError) Unwrap() error { return e.err }

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// timed wraps a request so that the arrival of its answer is noted before it is decoded, which takes long for large ones.
// The wrapper also hides the request's type from the client, which would otherwise keep whole metadata in a cache of its own and
// send it to the broker of its choice.
type timed struct {
	kmsg.Request
	now      func() time.Time
	received time.Time
}

// ResponseKind is called by the client for each attempt.
func (t *timed) ResponseKind() kmsg.Response {
	return &timedResponse{Response: t.Request.ResponseKind(), of: t}
}

type timedResponse struct {
	kmsg.Response
	of *timed
}

// ReadFrom notes the time and decodes without copying strings: an answer is dropped as a whole once it has been used.
func (r *timedResponse) ReadFrom(b []byte) error {
	r.of.received = r.of.now()
	if fast, ok := r.Response.(kmsg.UnsafeReadFrom); ok {
		return fast.UnsafeReadFrom(b)
	}
	return r.Response.ReadFrom(b)
}

// Throttle lets the client honour a broker's request to slow down.
func (r *timedResponse) Throttle() (int32, bool) {
	if t, ok := r.Response.(kmsg.ThrottleResponse); ok {
		return t.Throttle()
	}
	return 0, false
}
