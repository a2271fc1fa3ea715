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
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/rs/zerolog"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kfake"
	"github.com/twmb/franz-go/pkg/kmsg"
	iam "github.com/twmb/franz-go/pkg/sasl/aws"
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
		"version": "2020_10_22", "host": v.host, "action": "kafka-cluster:Connect", "x-amz-algorithm": "AWS4-HMAC-SHA256", "x-amz-signedheaders": "host", "x-amz-expires": "300",
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
	names := map[string]string{"action": "Action", "x-amz-algorithm": "X-Amz-Algorithm", "x-amz-credential": "X-Amz-Credential", "x-amz-date": "X-Amz-Date",
		"x-amz-expires": "X-Amz-Expires", "x-amz-signedheaders": "X-Amz-SignedHeaders", "x-amz-security-token": "X-Amz-Security-Token"}
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

// TestVerifierTakesTheClientLibrarysLogin holds the double against an implementation that is in use with MSK.
func TestVerifierTakesTheClientLibrarysLogin(t *testing.T) {
	v := verifier{region: "eu-west-1", host: iamHost, keys: map[string]string{iamKey: iamSecret}, tokens: map[string]string{iamKey: iamToken}, now: time.Now}
	auth := iam.Auth{AccessKey: iamKey, SecretKey: iamSecret, SessionToken: iamToken}
	_, payload, err := auth.AsManagedStreamingIAMMechanism().Authenticate(t.Context(), iamHost+":9098")
	if err != nil {
		t.Fatal(err)
	}
	if err := v.verify(payload); err != nil {
		t.Error(err)
	}
	auth.SecretKey += "x"
	if _, payload, err = auth.AsManagedStreamingIAMMechanism().Authenticate(t.Context(), iamHost+":9098"); err != nil {
		t.Fatal(err)
	}
	if v.verify(payload) == nil {
		t.Error("it takes a signature with another key")
	}
}

func TestSignedLogins(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct{ host, region, token string }{
		{iamHost, "eu-west-1", ""}, {iamHost, "eu-west-1", iamToken}, {"kafka.internal.example.com", "us-gov-west-1", iamToken},
	} {
		v := verifier{region: tt.region, host: tt.host, keys: map[string]string{iamKey: iamSecret}, tokens: map[string]string{iamKey: tt.token}, now: func() time.Time { return at.Add(time.Minute) }}
		payload, err := signLogin(t.Context(), aws.Credentials{AccessKeyID: iamKey, SecretAccessKey: iamSecret, SessionToken: tt.token}, tt.host+":9098", tt.region, at)
		if err != nil {
			t.Fatal(err)
		}
		if err := v.verify(payload); err != nil {
			t.Errorf("%s: %v\n%s", tt.host, err, payload)
		}
		if strings.Contains(string(payload), iamSecret) {
			t.Errorf("the payload holds the secret key")
		}
	}
}

func TestRegionsInNames(t *testing.T) {
	for address, want := range map[string]string{
		iamHost + ":9098": "eu-west-1", "b-1.orders.abc.c2.kafka.us-gov-west-1.amazonaws.com:9098": "us-gov-west-1",
		"b-1.x.kafka.cn-north-1.amazonaws.com.cn:9098": "cn-north-1", "kafka.example.com:9098": "", "kafka": "", "127.0.0.1:9098": "",
	} {
		if got := regionOf(address); got != want {
			t.Errorf("%s: region %q, want %q", address, got, want)
		}
	}
}

// iamDouble is a cluster behind TLS that lets in by IAM alone, and checks each login.
type iamDouble struct {
	*fake
	tls TLS

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
		tls: TLS{Enabled: true, CAFile: filepath.Join(dir, "ca.pem"), CertFile: filepath.Join(dir, "cert.pem"), KeyFile: filepath.Join(dir, "key.pem")},
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
	cfg.Timeout, cfg.SASL.Mechanism = 2*time.Second, mskIAM
	cfg.TLS = TLS{Enabled: true, CAFile: d.tls.CAFile, ServerName: iamHost}
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

// lonely leaves no AWS credentials but those that a test gives.
func lonely(t *testing.T) {
	t.Helper()
	for _, e := range os.Environ() {
		if name, _, _ := strings.Cut(e, "="); strings.HasPrefix(name, "AWS_") {
			t.Setenv(name, "")
		}
	}
	none := filepath.Join(t.TempDir(), "none")
	t.Setenv("AWS_CONFIG_FILE", none)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", none)
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
}

func asUser(t *testing.T, key, secretKey, token string) {
	t.Helper()
	lonely(t)
	t.Setenv("AWS_ACCESS_KEY_ID", key)
	t.Setenv("AWS_SECRET_ACCESS_KEY", secretKey)
	t.Setenv("AWS_SESSION_TOKEN", token)
}

func TestIAMLogsIn(t *testing.T) {
	asUser(t, iamKey, iamSecret, iamToken)
	d := newIAMDouble(t)
	d.verifier.tokens[iamKey] = iamToken
	s, err := d.open()
	if err != nil {
		t.Fatal(err)
	}
	if sample := collect(t, s); len(sample.Brokers) != 3 {
		t.Errorf("sample has %d brokers, want 3", len(sample.Brokers))
	}
	if d.logins[iamHost] == 0 || d.logins["127.0.0.1"] < 3 {
		t.Errorf("logins by host are %v, want the bootstrap's name and three brokers", d.logins)
	}
}

// A profile's role is assumed with the external id, and its credentials sign the login.
func TestIAMAssumesARole(t *testing.T) {
	asUser(t, "AKIAIOSFODNN7CALLER1", "caller-secret", "")
	const role = "arn:aws:iam::123456789012:role/watch"
	sts := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("RoleArn") != role || r.FormValue("ExternalId") != "ext-1" {
			t.Errorf("STS was asked for %q with external id %q", r.FormValue("RoleArn"), r.FormValue("ExternalId"))
		}
		w.Header().Set("Content-Type", "text/xml")
		fmt.Fprintf(w, `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>%s</AccessKeyId><SecretAccessKey>%s</SecretAccessKey>`+
			`<SessionToken>%s</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`, iamKey, iamSecret, iamToken)
	}))
	t.Cleanup(sts.Close)
	t.Setenv("AWS_ENDPOINT_URL_STS", sts.URL)
	d := newIAMDouble(t)
	d.verifier.tokens[iamKey] = iamToken
	s, err := d.open(func(c *Config) { c.SASL.AWS = AWS{RoleARN: role, ExternalID: "ext-1"} })
	if err != nil {
		t.Fatal(err)
	}
	collect(t, s)
}

// A pod's web identity (IRSA) and a profile are found by the SDK's chain.
func TestIAMFindsCredentials(t *testing.T) {
	t.Run("web identity", func(t *testing.T) {
		lonely(t)
		sts := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.FormValue("Action") != "AssumeRoleWithWebIdentity" || r.FormValue("WebIdentityToken") != "pod-token" {
				t.Errorf("STS was asked for %q with %q", r.FormValue("Action"), r.FormValue("WebIdentityToken"))
			}
			w.Header().Set("Content-Type", "text/xml")
			fmt.Fprintf(w, `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>%s</AccessKeyId>`+
				`<SecretAccessKey>%s</SecretAccessKey><SessionToken>%s</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`,
				iamKey, iamSecret, iamToken)
		}))
		t.Cleanup(sts.Close)
		t.Setenv("AWS_ENDPOINT_URL_STS", sts.URL)
		t.Setenv("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/pod")
		t.Setenv("AWS_WEB_IDENTITY_TOKEN_FILE", write(t, filepath.Join(t.TempDir(), "token"), "pod-token"))
		logsInWith(t, iamToken, AWS{})
	})
	t.Run("profile", func(t *testing.T) {
		lonely(t)
		t.Setenv("AWS_SHARED_CREDENTIALS_FILE", write(t, filepath.Join(t.TempDir(), "credentials"),
			"[default]\naws_access_key_id = other\naws_secret_access_key = other\n[watch]\naws_access_key_id = "+iamKey+"\naws_secret_access_key = "+iamSecret+"\n"))
		logsInWith(t, "", AWS{Profile: "watch"})
	})
}

func logsInWith(t *testing.T, token string, a AWS) {
	t.Helper()
	d := newIAMDouble(t)
	d.verifier.tokens[iamKey] = token
	s, err := d.open(func(c *Config) { c.SASL.AWS = a })
	if err != nil {
		t.Fatal(err)
	}
	collect(t, s)
}

func TestIAMThatDoesNotLogInIsExplained(t *testing.T) {
	for _, tt := range []struct {
		name, want string
		prepare    func(*testing.T, *iamDouble)
		change     func(*Config)
	}{
		{"no credentials", "kafka-cluster:Connect eu-west-1: there are no AWS credentials: set AWS_PROFILE or profile",
			func(t *testing.T, _ *iamDouble) { lonely(t) }, nil},
		{"another secret key", "the broker refuses the AWS credentials (AWS_MSK_IAM): check that the identity's policy allows kafka-cluster:Connect on the cluster, that the credentials have not expired",
			func(t *testing.T, _ *iamDouble) { asUser(t, iamKey, "not-"+iamSecret, "") }, nil},
		{"another region", "sasl.aws.region, and the clock of this machine", nil, func(c *Config) { c.SASL.AWS.Region = "eu-central-1" }},
		{"a clock that is wrong", "and the clock of this machine", func(_ *testing.T, d *iamDouble) {
			d.verifier.now = func() time.Time { return d.now().Add(time.Hour) }
		}, nil},
		{"expiring credentials", "because they expire too soon (Session too short): renew them", func(_ *testing.T, d *iamDouble) { d.says = "Session too short" }, nil},
		{"too many", "the cluster takes no more new IAM connections for the moment", func(_ *testing.T, d *iamDouble) { d.says = "Too many connects" }, nil},
		{"a role that cannot be had", "assume role arn:aws:iam::123456789012:role/watch: the credentials have expired: renew them", func(t *testing.T, _ *iamDouble) {
			sts := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "text/xml")
				w.WriteHeader(http.StatusForbidden)
				fmt.Fprint(w, `<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredToken</Code><Message>The security token included in the request is expired</Message></Error></ErrorResponse>`)
			}))
			t.Cleanup(sts.Close)
			t.Setenv("AWS_ENDPOINT_URL_STS", sts.URL)
		}, func(c *Config) { c.SASL.AWS.RoleARN = "arn:aws:iam::123456789012:role/watch" }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			asUser(t, iamKey, iamSecret, "")
			d := newIAMDouble(t)
			if tt.prepare != nil {
				tt.prepare(t, d)
			}
			s, err := d.open(func(c *Config) {
				if tt.change != nil {
					tt.change(c)
				}
			})
			if err != nil {
				t.Fatal(err)
			}
			collected(t, s, tt.want, iamSecret, iamKey)
			t.Log("the double says:", d.why)
		})
	}
}

func TestIAMNeedsProfileAndRegion(t *testing.T) {
	lonely(t)
	d := newIAMDouble(t)
	_, err := d.open(func(c *Config) { c.SASL.AWS.Profile = "nobody" })
	if want := `sasl.aws: read the AWS profile "nobody": it is in neither`; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got %v, want %s", err, want)
	}
	_, err = d.open(func(c *Config) { c.Bootstrap = d.ListenAddrs() })
	if want := "sasl.aws.region: the brokers' names do not say which region they are in: set it, or AWS_REGION"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
