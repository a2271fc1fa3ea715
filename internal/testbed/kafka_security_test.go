//go:build long

package testbed

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl/oauth"
)

// ping says whether a client gets in.
func ping(t *testing.T, opts ...kgo.Opt) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	return NewClient(t, opts...).Ping(ctx)
}

// listenersLetIn tries every listener with everything that should open it, and with what should not.
func listenersLetIn(t *testing.T, c *Cluster, user string) {
	t.Helper()
	for _, l := range []Listener{Plaintext, ServerTLS, MutualTLS} {
		if err := ping(t, c.ClientOpts(l, "", "")...); err != nil {
			t.Errorf("%s: %v", l, err)
		}
	}
	for _, mechanism := range c.Options.Mechanisms {
		for _, l := range []Listener{SASLPlaintext, SASLTLS} {
			if err := ping(t, c.ClientOpts(l, mechanism, user)...); err != nil {
				t.Errorf("%s, %s: %v", l, mechanism, err)
			}
		}
		if err := ping(t, c.ClientOpts(SASLPlaintext, mechanism, "mallory")...); err == nil {
			t.Errorf("%s: a user without an account got in", mechanism)
		}
	}
	withoutCertificate := []kgo.Opt{kgo.SeedBrokers(c.Addresses(MutualTLS)...), kgo.DialTLSConfig(c.TLS.Client(false))}
	if err := ping(t, withoutCertificate...); err == nil {
		t.Error("mutual TLS: a client without a certificate got in")
	}
}

func TestKerberosAndTokensLetIn(t *testing.T) {
	cases := []Options{
		{Version: "4.3.1", Mechanisms: []string{"GSSAPI", "OAUTHBEARER"}},
		{Version: "3.9.1", Mechanisms: []string{"GSSAPI", "OAUTHBEARER"}},
		{Version: "1.1.1", Mechanisms: []string{"GSSAPI"}},
	}
	for _, o := range cases {
		t.Run(o.Version, func(t *testing.T) {
			o.NoCounters, o.Listeners, o.Users = true, []Listener{SASLPlaintext}, map[string]string{"alice": "wonderland"}
			c := Kafka(t, o)
			for _, mechanism := range o.Mechanisms {
				if err := ping(t, c.ClientOpts(SASLPlaintext, mechanism, "alice")...); err != nil {
					t.Errorf("%s: %v", mechanism, err)
				}
			}
			if c.OAuth != nil {
				expired := oauth.Oauth(func(context.Context) (oauth.Auth, error) {
					token, err := c.OAuth.Token("alice", -time.Hour)
					return oauth.Auth{Token: token}, err
				})
				if err := ping(t, kgo.SeedBrokers(c.Bootstrap()...), kgo.SASL(expired)); err == nil {
					t.Error("an expired token was taken")
				}
			}
		})
	}
}

func TestACLsRefuseWhoHasNone(t *testing.T) {
	for _, o := range []Options{{Version: "4.3.1"}, {Version: "3.9.1", ZooKeeper: true}, {Version: "1.1.1"}} {
		t.Run(fmt.Sprint(o.Version), func(t *testing.T) {
			o.NoCounters, o.ACLs, o.Listeners = true, true, []Listener{SASLPlaintext}
			o.Users = map[string]string{"alice": "wonderland"}
			c := Kafka(t, o)
			c.CreateTopic("orders", 1, nil)
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			for user, want := range map[string]error{"admin": nil, "alice": kerr.TopicAuthorizationFailed} {
				client := kadm.NewClient(NewClient(t, c.ClientOpts(SASLPlaintext, "PLAIN", user)...))
				offsets, err := client.ListEndOffsets(ctx, "orders")
				if err == nil {
					err = offsets.Error()
				}
				if !errors.Is(err, want) {
					t.Errorf("%s lists offsets: got %v, want %v", user, err, want)
				}
			}
		})
	}
}

func TestBrokerComesBack(t *testing.T) {
	// The controller notices a dead broker after 3 s instead of 9.
	c := Kafka(t, Options{Brokers: 3, NoCounters: true,
		Properties: map[string]string{"broker.session.timeout.ms": "3000", "broker.heartbeat.interval.ms": "500"}})
	c.CreateTopic("orders", 6, nil)
	client := c.Client()
	produce(t, client, "orders", 100, 100)
	c.Kill(2)
	produce(t, client, "orders", 100, 100)
	c.Restart(2)
	c.Stop(3)
	produce(t, client, "orders", 100, 100)
	c.Restart(3)
	ends, err := kadm.NewClient(client).ListEndOffsets(t.Context(), "orders")
	if err != nil || ends.Error() != nil {
		t.Fatal(err, ends.Error())
	}
	var records int64
	ends.Each(func(o kadm.ListedOffset) { records += o.Offset })
	if records != 300 {
		t.Errorf("the topic has %d records, 300 were sent", records)
	}
}
