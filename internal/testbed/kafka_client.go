package testbed

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/kmsg"
	"github.com/twmb/franz-go/pkg/sasl"
	"github.com/twmb/franz-go/pkg/sasl/oauth"
	"github.com/twmb/franz-go/pkg/sasl/plain"
	"github.com/twmb/franz-go/pkg/sasl/scram"
)

// Bootstrap returns host:port of every broker on the first of the cluster's listeners.
func (c *Cluster) Bootstrap() []string { return c.Addresses(c.Options.Listeners[0]) }

// Addresses returns host:port of every broker on the listener, in the order of the broker ids.
func (c *Cluster) Addresses(l Listener) []string {
	c.t.Helper()
	return c.addresses(string(l))
}

func (c *Cluster) addresses(name string) []string {
	c.t.Helper()
	var list []string
	for _, b := range c.brokers {
		port, ok := b.ports[name]
		if !ok {
			c.t.Fatalf("the cluster has no listener %s, only %v", name, c.Options.Listeners)
		}
		if p := b.proxies[Listener(name)]; p != nil {
			list = append(list, p.Address)
			continue
		}
		list = append(list, fmt.Sprintf("127.0.0.1:%d", port))
	}
	return list
}

// ClientOpts returns what a client needs to get in through the listener: addresses, certificates, and for a SASL listener the
// user's password by the mechanism (one of Options.Mechanisms; "" for the first; user ""
// for "admin"). Mechanism and user are not looked at on other listeners.
func (c *Cluster) ClientOpts(l Listener, mechanism, user string) []kgo.Opt {
	c.t.Helper()
	opts := []kgo.Opt{kgo.SeedBrokers(c.Addresses(l)...), kgo.DisableClientMetrics()}
	if l.tls() {
		opts = append(opts, kgo.DialTLSConfig(c.TLS.Client(l == MutualTLS)))
	}
	if l.sasl() {
		opts = append(opts, kgo.SASL(c.mechanism(mechanism, user)))
	}
	return opts
}

func (c *Cluster) mechanism(mechanism, user string) sasl.Mechanism {
	c.t.Helper()
	if mechanism == "" {
		mechanism = c.Options.Mechanisms[0]
	}
	if user == "" {
		user = "admin"
	}
	password := c.Options.Users[user]
	switch mechanism {
	case "PLAIN":
		return plain.Auth{User: user, Pass: password}.AsMechanism()
	case "SCRAM-SHA-256":
		return scram.Auth{User: user, Pass: password}.AsSha256Mechanism()
	case "SCRAM-SHA-512":
		return scram.Auth{User: user, Pass: password}.AsSha512Mechanism()
	case "GSSAPI":
		return c.KDC.mechanism(user)
	case "OAUTHBEARER":
		return oauth.Oauth(func(context.Context) (oauth.Auth, error) {
			token, err := c.OAuth.Token(user, 5*time.Minute)
			return oauth.Auth{Token: token}, err
		})
	}
	c.t.Fatalf("the testbed has no client for SASL mechanism %q", mechanism)
	return nil
}

// Client returns a client of the brokers' own listener, which may do everything, with the given options added. It is closed
// with the test.
func (c *Cluster) Client(opts ...kgo.Opt) *kgo.Client {
	c.t.Helper()
	return NewClient(c.t, append([]kgo.Opt{kgo.SeedBrokers(c.addresses(internal)...), kgo.DisableClientMetrics()}, opts...)...)
}

// NewClient is kgo.NewClient for a test: the client is closed with it.
func NewClient(t testing.TB, opts ...kgo.Opt) *kgo.Client {
	t.Helper()
	client, err := kgo.NewClient(opts...)
	if err != nil {
		t.Fatalf("new Kafka client: %v", err)
	}
	t.Cleanup(client.Close)
	return client
}

func (c *Cluster) admin() *kadm.Client {
	c.t.Helper()
	return kadm.NewClient(c.Client())
}

// ask sends the request to this broker, on the brokers' own listener.
func (b *broker) ask(ctx context.Context, req kmsg.Request) (kmsg.Response, error) {
	address := fmt.Sprintf("127.0.0.1:%d", b.ports[internal])
	if err := dial(address); err != nil {
		return nil, err // the client would try again and again on its own
	}
	client, err := kgo.NewClient(kgo.SeedBrokers(address), kgo.DisableClientMetrics())
	if err != nil {
		return nil, err
	}
	defer client.Close()
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	return client.SeedBrokers()[0].Request(ctx, req)
}
