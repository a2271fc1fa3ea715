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

// Client returns a client of the brokers' own listener, which may do everything, with the given options added. It is closed with the test.
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

// CreateTopic makes a topic that is replicated to all brokers, with the given configuration (nil: none), and returns once every
// broker knows all its leaders.
func (c *Cluster) CreateTopic(name string, partitions int, config map[string]string) {
	c.t.Helper()
	values := map[string]*string{}
	for key, value := range config {
		values[key] = &value
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	made, err := c.admin().CreateTopic(ctx, int32(partitions), int16(c.Options.Brokers), values, name)
	if err == nil {
		err = made.Err
	}
	if err != nil {
		c.t.Fatalf("create topic %s: %v", name, err)
	}
	c.AwaitTopics(map[string]int{name: partitions})
}

// AwaitTopics returns once every running broker knows a leader for all partitions of the topics (partition counts by name).
func (c *Cluster) AwaitTopics(partitions map[string]int) {
	c.t.Helper()
	for _, b := range c.brokers {
		if b.process.ended() {
			continue
		}
		b.process.waitUntil(c.t, 3*time.Minute, func() error { return b.knowsTopics(partitions) })
	}
}

// knowsTopics asks the broker itself, not whichever broker a client would choose.
func (b *broker) knowsTopics(partitions map[string]int) error {
	req := kmsg.NewPtrMetadataRequest()
	req.Topics = []kmsg.MetadataRequestTopic{}
	for name := range partitions {
		topic := kmsg.NewMetadataRequestTopic()
		topic.Topic = &name
		req.Topics = append(req.Topics, topic)
	}
	resp, err := b.ask(context.Background(), req)
	if err != nil {
		return err
	}
	for _, topic := range resp.(*kmsg.MetadataResponse).Topics {
		led := 0
		for _, p := range topic.Partitions {
			if p.ErrorCode == 0 && p.Leader >= 0 {
				led++
			}
		}
		if want := partitions[*topic.Topic]; led != want {
			return fmt.Errorf("broker %d knows leaders of %d of %d partitions of %s", b.id, led, want, *topic.Topic)
		}
	}
	return nil
}

// knowsUsers asks the broker for its SCRAM users.
func (b *broker) knowsUsers(ctx context.Context, want int) error {
	resp, err := b.ask(ctx, kmsg.NewPtrDescribeUserSCRAMCredentialsRequest())
	if err != nil {
		return err
	}
	if got := len(resp.(*kmsg.DescribeUserSCRAMCredentialsResponse).Results); got != want {
		return fmt.Errorf("broker %d knows %d of %d SCRAM users", b.id, got, want)
	}
	return nil
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
