package kafka

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mskfit/mskfit/collector/kafka/auth"
	"github.com/mskfit/mskfit/internal/faults"
	"github.com/mskfit/mskfit/internal/secret"
	"github.com/mskfit/mskfit/internal/testbed"
	"github.com/mskfit/mskfit/internal/workload"
)

// strangers fills the files with a self-signed certificate that no one trusts, good for 127.0.0.1, and its key.
func strangers(t *testing.T, files auth.TLS) {
	t.Helper()
	c := testbed.SelfSigned(t, "stranger", "*.kafka-serverless.eu-west-1.amazonaws.com")
	write(t, files.CAFile, string(c.CertPEM))
	write(t, files.CertFile, string(c.CertPEM))
	write(t, files.KeyFile, string(c.KeyPEM))
}

// collected makes a first sweep and wants it to succeed, or to fail with a message that holds the text and no secret.
func collected(t *testing.T, s *Source, want string, secrets ...string) {
	t.Helper()
	began := time.Now()
	sample, err := s.Collect(t.Context(), workload.Window{})
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it took %s", took)
	}
	switch {
	case want == "" && err != nil:
		t.Error(err)
	case want == "" && len(sample.Brokers) != 1:
		t.Errorf("sample has %d brokers, want 1", len(sample.Brokers))
	case want != "" && err == nil:
		t.Errorf("it connected, want an error with %q", want)
	case want != "":
		t.Log(err)
		if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("message is %q, want one line that holds %q", err, want)
		}
		for _, s := range secrets {
			if strings.Contains(err.Error(), s) {
				t.Errorf("message %q shows a secret", err)
			}
		}
	}
}

func write(t *testing.T, path, content string) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func replaceWith(t *testing.T, path, source string) {
	t.Helper()
	content, err := os.ReadFile(source)
	if err != nil {
		t.Fatal(err)
	}
	write(t, path, string(content))
}

// TestTokensAndTicketsLetIn logs in at one real broker with OAUTHBEARER and Kerberos, rightly and wrongly.
func TestTokensAndTicketsLetIn(t *testing.T) {
	const password = "wonderland-secret"
	c := testbed.Kafka(t, testbed.Options{
		Listeners: []testbed.Listener{testbed.SASLPlaintext}, Mechanisms: []string{"OAUTHBEARER", "GSSAPI", "SCRAM-SHA-256"},
		Users: map[string]string{"alice": password}, NoCounters: true,
	})
	source := func(t *testing.T, s auth.SASL) *Source { return newSource(t, c, func(cfg *Config) { cfg.SASL = s }) }
	t.Run("oauth", func(t *testing.T) {
		client := auth.OAuth{TokenURL: c.OAuth.TokenURL, ClientID: "alice", ClientSecret: secret.New(password)}
		for _, tt := range []struct {
			name, want string
			change     func(*auth.OAuth)
		}{
			{"client", "", func(*auth.OAuth) {}},
			{"extensions and scopes", "", func(o *auth.OAuth) {
				o.Scopes, o.Extensions = []string{"kafka"},
					map[string]string{"team": "data"}
			}},
			{"secret file", "", func(o *auth.OAuth) {
				o.ClientSecret, o.ClientSecretFile = secret.String{}, write(t, filepath.Join(t.TempDir(), "secret"), password+"\n")
			}},
			{"wrong secret", "it does not accept the client: check sasl.oauth.client_id and sasl.oauth.client_secret",
				func(o *auth.OAuth) { o.ClientSecret = secret.New("not-" + password) }},
			{"wrong path", "there is no token endpoint at this address (HTTP 404): check sasl.oauth.token_url",
				func(o *auth.OAuth) { o.TokenURL = strings.Replace(o.TokenURL, "/token", "/nowhere", 1) }},
			{"keys instead of tokens", "check sasl.oauth.token_url",
				func(o *auth.OAuth) { o.TokenURL = strings.Replace(o.TokenURL, "/token", "/keys", 1) }},
			{"nobody there", "nothing is listening on this port: check sasl.oauth.token_url",
				func(o *auth.OAuth) { o.TokenURL = "http://127.0.0.1:1/token" }},
			{"no such host", "no-such-host.invalid: check sasl.oauth.token_url",
				func(o *auth.OAuth) { o.TokenURL = "http://no-such-host.invalid/token" }},
		} {
			t.Run(tt.name, func(t *testing.T) {
				o := client
				tt.change(&o)
				collected(t, source(t, auth.SASL{Mechanism: "OAUTHBEARER", OAuth: o}), tt.want, password)
			})
		}
		t.Run("token file", func(t *testing.T) { tokenFileIsReadAgain(t, c, source) })
	})
	t.Run("kerberos", func(t *testing.T) {
		user := auth.Kerberos{Principal: "alice@TESTBED", KeytabFile: c.KDC.Keytab("alice"), ConfigFile: c.KDC.ConfigFile}
		dead := strings.Replace(string(read(t, c.KDC.ConfigFile)), "kdc = 127.0.0.1:", "kdc = 127.0.0.1:1 #", 1)
		for _, tt := range []struct {
			name, want string
			change     func(*auth.Kerberos)
		}{
			{"keytab", "", func(*auth.Kerberos) {}},
			{"default realm", "", func(k *auth.Kerberos) { k.Principal = "alice" }},
			{"a key of somebody else", "has no key of this principal",
				func(k *auth.Kerberos) { k.KeytabFile = c.KDC.Keytab("admin") }},
			{"unknown principal", "the KDC does not know the principal: check sasl.kerberos.principal",
				func(k *auth.Kerberos) { k.Principal = "nobody@TESTBED" }},
			{"unknown service", "the KDC does not know the broker as http/HOST: check sasl.kerberos.service_name",
				func(k *auth.Kerberos) { k.ServiceName = "http" }},
			{"no KDC", "no KDC of the realm answers",
				func(k *auth.Kerberos) { k.ConfigFile = write(t, filepath.Join(t.TempDir(), "krb5.conf"), dead) }},
		} {
			t.Run(tt.name, func(t *testing.T) {
				k := user
				tt.change(&k)
				collected(t, source(t, auth.SASL{Mechanism: "GSSAPI", Kerberos: k}), tt.want, password)
			})
		}
	})
	t.Run("scram, with a password that changes", func(t *testing.T) {
		file := write(t, filepath.Join(t.TempDir(), "password"), "not-yet-the-password")
		s := source(t, auth.SASL{Mechanism: "SCRAM-SHA-256", Username: "alice", PasswordFile: file})
		collected(t, s, `the broker refuses user "alice" (SCRAM-SHA-256)`, password, "not-yet-the-password")
		write(t, file, password+"\n")
		collected(t, s, "")
	})
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func tokenFileIsReadAgain(t *testing.T, c *testbed.Cluster, source func(*testing.T, auth.SASL) *Source) {
	expired, err := c.OAuth.Token("alice", -time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	good, err := c.OAuth.Token("alice", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	file := write(t, filepath.Join(t.TempDir(), "token"), expired)
	s := source(t, auth.SASL{Mechanism: "OAUTHBEARER", OAuth: auth.OAuth{TokenFile: file}})
	collected(t, s, "the broker does not accept the token (invalid_token): check that it has not expired", expired)
	write(t, file, good+"\n")
	collected(t, s, "")
}

// TestRenewedCertificatesAreTaken replaces authority, certificate and key under a source that runs.
func TestRenewedCertificatesAreTaken(t *testing.T) {
	r := faults.Begin(t, "the client's certificate is no longer accepted, and is renewed in its files", "the error names the file; the new "+
		"pair is used at the next sweep, and half a pair never")
	c := testbed.Kafka(t, testbed.Options{Listeners: []testbed.Listener{testbed.MutualTLS}, NoCounters: true})
	dir := t.TempDir()
	files := auth.TLS{Enabled: true, CAFile: filepath.Join(dir, "ca.pem"), CertFile: filepath.Join(dir, "cert.pem"),
		KeyFile: filepath.Join(dir, "key.pem")}
	strangers(t, files)
	s := newSource(t, c, func(cfg *Config) { cfg.TLS = files })
	collected(t, s, "signed by an untrusted authority")
	replaceWith(t, files.CAFile, c.TLS.CAFile)
	collected(t, s, "the broker does not accept the client certificate "+files.CertFile)
	replaceWith(t, files.CertFile, c.TLS.CertFile) // its key is still the old one: the pair before stays
	collected(t, s, "the broker does not accept the client certificate "+files.CertFile)
	r.Observed("error: the broker does not accept the client certificate")
	replaceWith(t, files.KeyFile, c.TLS.KeyFile)
	renewed := time.Now()
	collected(t, s, "")
	r.Recovered(renewed)
}
