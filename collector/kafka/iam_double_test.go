package kafka

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/mskfit/mskfit/collector/kafka/auth"
)

// The broker's name, and AWS's own example credentials.
const (
	iamHost   = "boot-1.kafka-serverless.eu-west-1.amazonaws.com"
	iamKey    = "AKIAIOSFODNN7EXAMPLE"
	iamSecret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	iamToken  = "session/token+with=signs and more"
)

// verifier checks logins as MSK does, apart from the product's way of making them.
type verifier struct {
	region, host string
	// keys are secret keys by access key, tokens the session tokens of those that have one.
	keys, tokens map[string]string
	now          func() time.Time
}

// verify returns what is wrong with a payload.
func (v verifier) verify(payload []byte) error {
	var p map[string]string
	if err := json.Unmarshal(payload, &p); err != nil {
		return err
	}
	for name, want := range map[string]string{
		"version": "2020_10_22", "host": v.host, "action": "kafka-cluster:Connect", "x-amz-algorithm": "AWS4-HMAC-SHA256",
		"x-amz-signedheaders": "host", "x-amz-expires": "300",
	} {
		if p[name] != want {
			return fmt.Errorf("%s is %q, want %q", name, p[name], want)
		}
	}
	at, err := time.Parse("20060102T150405Z", p["x-amz-date"])
	if err != nil || v.now().Sub(at).Abs() > 5*time.Minute {
		return fmt.Errorf("date %q is not now (%s)", p["x-amz-date"], v.now())
	}
	key, scope, _ := strings.Cut(p["x-amz-credential"], "/")
	if want := at.Format("20060102") + "/" + v.region + "/kafka-cluster/aws4_request"; scope != want {
		return fmt.Errorf("scope is %q, want %q", scope, want)
	}
	if v.keys[key] == "" || p["x-amz-security-token"] != v.tokens[key] {
		return fmt.Errorf("access key or session token is not known")
	}
	if p["user-agent"] == "" {
		return fmt.Errorf("there is no user agent")
	}
	if got, want := p["x-amz-signature"], v.sign(p, key, scope); got != want {
		return fmt.Errorf("signature is %q, want %q", got, want)
	}
	return nil
}

// sign computes the signature as AWS's documents say: Signature Version 4 in query parameters.
func (v verifier) sign(p map[string]string, key, scope string) string {
	names := map[string]string{"action": "Action", "x-amz-algorithm": "X-Amz-Algorithm", "x-amz-credential": "X-Amz-Credential",
		"x-amz-date":    "X-Amz-Date",
		"x-amz-expires": "X-Amz-Expires", "x-amz-signedheaders": "X-Amz-SignedHeaders",
		"x-amz-security-token": "X-Amz-Security-Token"}
	var query []string
	for lower, name := range names {
		if value, ok := p[lower]; ok {
			query = append(query, name+"="+strings.ReplaceAll(url.QueryEscape(value), "+", "%20"))
		}
	}
	slices.Sort(query)
	digest := func(text string) string { sum := sha256.Sum256([]byte(text)); return hex.EncodeToString(sum[:]) }
	canonical := "GET\n/\n" + strings.Join(query, "&") + "\nhost:" + p["host"] + "\n\nhost\n" + digest("")
	mac := func(key []byte, text string) []byte {
		h := hmac.New(sha256.New, key)
		h.Write([]byte(text))
		return h.Sum(nil)
	}
	k := []byte("AWS4" + v.keys[key])
	for _, part := range strings.Split(scope, "/") {
		k = mac(k, part)
	}
	return hex.EncodeToString(mac(k, "AWS4-HMAC-SHA256\n"+p["x-amz-date"]+"\n"+scope+"\n"+digest(canonical)))
}

// iamDouble is a cluster behind TLS that lets in only by IAM, and checks each login.
type iamDouble struct {
	*fake
	tls auth.TLS

	mu       sync.Mutex
	verifier verifier
	logins   map[string]int // by host, those that were let in
	says     string         // refuses with these words
	why      error          // of the last refusal
}

func newIAMDouble(t *testing.T, opts ...kfake.Opt) *iamDouble {
	t.Helper()
	dir := t.TempDir()
	d := &iamDouble{
		fake: newFake(t, opts...), logins: map[string]int{},
		tls: auth.TLS{Enabled: true, CAFile: filepath.Join(dir, "ca.pem"), CertFile: filepath.Join(dir, "cert.pem"),
			KeyFile: filepath.Join(dir, "key.pem")},
	}
	strangers(t, d.tls)
	d.verifier = verifier{region: "eu-west-1", keys: map[string]string{iamKey: iamSecret}, tokens: map[string]string{}, now: d.now}
	d.answer(keySASLHandshake, func(r kmsg.Request) kmsg.Response {
		resp := r.ResponseKind().(*kmsg.SASLHandshakeResponse)
		resp.SupportedMechanisms = []string{"AWS_MSK_IAM"}
		if r.(*kmsg.SASLHandshakeRequest).Mechanism != "AWS_MSK_IAM" {
			resp.ErrorCode = kerr.UnsupportedSaslMechanism.Code
		}
		return resp
	})
	d.answer(keySASLAuthenticate, d.judge)
	return d
}

// judge takes a login whose host is one that clients are led to: the bootstrap name, or an advertised address.
func (d *iamDouble) judge(r kmsg.Request) kmsg.Response {
	d.mu.Lock()
	defer d.mu.Unlock()
	payload := r.(*kmsg.SASLAuthenticateRequest).SASLAuthBytes
	v := d.verifier
	if v.host = iamHost; strings.Contains(string(payload), "127.0.0.1") {
		v.host = "127.0.0.1"
	}
	resp := r.ResponseKind().(*kmsg.SASLAuthenticateResponse)
	d.why = v.verify(payload)
	if d.why == nil && d.says == "" {
		d.logins[v.host]++
		resp.SASLAuthBytes = []byte(`{"version":"2020_10_22","request-id":"1"}`)
		return resp
	}
	said := "[1]: " + cmp.Or(d.says, "Access denied")
	resp.ErrorCode, resp.ErrorMessage = kerr.SaslAuthenticationFailed.Code, &said
	return resp
}

// open makes a source that comes by the MSK name.
func (d *iamDouble) open(change ...func(*Config)) (*Source, error) {
	d.t.Helper()
	cfg := DefaultConfig()
	cfg.Timeout, cfg.SASL.Mechanism = 2*time.Second, auth.IAM
	cfg.TLS = auth.TLS{Enabled: true, CAFile: d.tls.CAFile, ServerName: iamHost}
	_, port, err := net.SplitHostPort(d.ListenAddrs()[0])
	if err != nil {
		d.t.Fatal(err)
	}
	cfg.Bootstrap = []string{net.JoinHostPort(iamHost, port)}
	for _, c := range change {
		c(&cfg)
	}
	s, err := New(cfg, zerolog.Nop(), WithClock(d.now), WithDialer(d.dial))
	if err != nil {
		return nil, err
	}
	s.meter.record = d.record
	d.t.Cleanup(s.Close)
	return s, nil
}

func (d *iamDouble) record(key int16) {
	d.fake.mu.Lock()
	defer d.fake.mu.Unlock()
	d.keys[key]++
}

// dial leads to the double whatever the name, and puts TLS before it.
func (d *iamDouble) dial(ctx context.Context, network, address string) (net.Conn, error) {
	pair, err := tls.LoadX509KeyPair(d.tls.CertFile, d.tls.KeyFile)
	if err != nil {
		return nil, err
	}
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	broker, err := (&net.Dialer{}).DialContext(ctx, network, net.JoinHostPort("127.0.0.1", port))
	if err != nil {
		return nil, err
	}
	client, server := net.Pipe()
	secured := tls.Server(server, &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12})
	pass := func(to, from net.Conn) {
		_, _ = io.Copy(to, from)
		_, _ = to.Close(), from.Close()
	}
	go pass(secured, broker)
	go pass(broker, secured)
	return client, nil
}
