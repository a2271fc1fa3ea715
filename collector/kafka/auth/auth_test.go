package auth

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jcmturner/gokrb5/v8/iana/errorcode"
	"github.com/jcmturner/gokrb5/v8/messages"

	"github.com/mskfit/mskfit/internal/secret"
	"github.com/mskfit/mskfit/internal/testbed"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

func TestBadAuthenticationIsReportedByField(t *testing.T) {
	server := OAuth{TokenURL: "https://id.example.com/token", ClientID: "a", ClientSecret: secret.New("s3cret")}
	with := func(change func(*OAuth)) SASL {
		o := server
		change(&o)
		return SASL{Mechanism: "OAUTHBEARER", OAuth: o}
	}
	for _, tt := range []struct {
		sasl SASL
		want string // empty: it is valid
	}{
		{SASL{Mechanism: "AWS_MSK_IAM"}, ""},
		{SASL{Mechanism: "AWS_MSK_IAM", AWS: AWS{Region: "eu-west-1", Profile: "p", RoleARN: "arn:aws:iam::123456789012:role/watch",
			ExternalID: "x-1"}}, ""},
		{SASL{Mechanism: "AWS_MSK_IAM", AWS: AWS{Region: "Ireland"}},
			`sasl.aws.region: "Ireland" is not a region: write it as us-east-1`},
		{SASL{Mechanism: "AWS_MSK_IAM", AWS: AWS{RoleARN: "watch"}},
			`sasl.aws.role_arn: "watch" is not a role: write it as arn:aws:iam::123456789012:role/name`},
		{SASL{Mechanism: "AWS_MSK_IAM", AWS: AWS{ExternalID: "x-1"}},
			`sasl.aws.external_id: it applies to a role, and none is set: set the role, or remove it`},
		{SASL{Mechanism: "AWS_MSK_IAM", Username: "ann"}, `sasl.username: AWS_MSK_IAM has no user and password: leave them out`},
		{SASL{Mechanism: "PLAIN", Username: "a", Password: secret.New("s3cret"), AWS: AWS{Region: "eu-west-1"}},
			`sasl.aws: it needs mechanism AWS_MSK_IAM: set that mechanism, or remove it`},
		{SASL{OAuth: server}, `sasl.oauth: it needs mechanism OAUTHBEARER: set that mechanism, or remove it`},
		{with(func(*OAuth) {}), ""},
		{SASL{Mechanism: "OAUTHBEARER", OAuth: OAuth{TokenFile: "t"}}, ""},
		{SASL{Mechanism: "OAUTHBEARER"}, `sasl.oauth.token_url: OAUTHBEARER needs a token: set a token server, or a file with the token`},
		{with(func(o *OAuth) { o.TokenFile = "t" }),
			`sasl.oauth.token_file: the token is given twice: keep the token server or the file`},
		{with(func(o *OAuth) { o.TokenURL = "id.example.com" }),
			`sasl.oauth.token_url: it is not a URL: write it as https://host/path`},
		{with(func(o *OAuth) { o.TokenURL = "https://a:s3cret@id.example.com/" }),
			`sasl.oauth.token_url: the URL contains credentials: move them to the client's ID and secret`},
		{with(func(o *OAuth) { o.ClientID = "" }), `sasl.oauth.client_id: missing: the token server needs a client ID`},
		{with(func(o *OAuth) { o.ClientSecret = secret.String{} }),
			`sasl.oauth.client_secret: missing: set the client's secret here or in client_secret_file`},
		{with(func(o *OAuth) { o.ClientSecretFile = "f" }),
			`sasl.oauth.client_secret_file: the secret is given twice: keep client_secret or client_secret_file`},
		{with(func(o *OAuth) { o.Extensions = map[string]string{"auth": "x"} }),
			`sasl.oauth.extensions: "auth" is not a valid extension: use letters only, and not auth`},
		{SASL{Mechanism: "OAUTHBEARER", OAuth: OAuth{TokenFile: "t", ClientID: "a"}},
			`sasl.oauth.client_id: client and scopes apply to a token server, and the token comes from a file: remove them`},
		{SASL{Mechanism: "GSSAPI", Kerberos: Kerberos{Principal: "a@R", KeytabFile: "k"}}, ""},
		{SASL{Mechanism: "GSSAPI", Kerberos: Kerberos{Principal: "a@", KeytabFile: "k"}},
			`sasl.kerberos.principal: "a@" is not a principal: write it as user@REALM`},
		{SASL{Mechanism: "GSSAPI", Kerberos: Kerberos{Principal: "a@R"}},
			`sasl.kerberos.keytab_file: GSSAPI needs the file with the principal's keys`},
		{SASL{Mechanism: "GSSAPI", Kerberos: Kerberos{KeytabFile: "k"}},
			`sasl.kerberos.principal: GSSAPI needs the client's principal, as user@REALM`},
		{SASL{Mechanism: "IAM"}, `sasl.mechanism: "IAM" is not supported: use PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, AWS_MSK_IAM, OAUTHBEARER or GSSAPI`},
	} {
		got := ""
		if err := yamlfile.Under("sasl", tt.sasl.Validate()); err != nil {
			got = err.Error()
		}
		if got != tt.want {
			t.Errorf("got  %q\nwant %q", got, tt.want)
		}
	}
}

// A missing file is reported before anything connects.
func TestMissingFilesAreReportedAtOnce(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	text := write(t, filepath.Join(t.TempDir(), "text"), "this is no keytab, and has the word s3cret")
	krb5 := write(t, filepath.Join(t.TempDir(), "krb5.conf"), "[libdefaults]\n default_realm = R\n")
	noRealm := write(t, filepath.Join(t.TempDir(), "krb5.conf"), "[libdefaults]\n")
	for _, tt := range []struct {
		sasl SASL
		want string
	}{
		{SASL{Mechanism: "GSSAPI", Kerberos: Kerberos{Principal: "a@R", KeytabFile: missing, ConfigFile: krb5}},
			"sasl.kerberos.keytab_file: read " + missing + ": no such file or directory"},
		{SASL{Mechanism: "GSSAPI", Kerberos: Kerberos{Principal: "a@R", KeytabFile: text, ConfigFile: krb5}},
			"sasl.kerberos.keytab_file: read " + text + ": it is not a keytab"},
		{SASL{Mechanism: "GSSAPI", Kerberos: Kerberos{Principal: "a@R", KeytabFile: missing, ConfigFile: missing}},
			"sasl.kerberos.config_file: read " + missing},
		{SASL{Mechanism: "OAUTHBEARER", OAuth: OAuth{TokenFile: missing}},
			"sasl.oauth.token_file: open " + missing + ": no such file or directory"},
		{SASL{Mechanism: "OAUTHBEARER", OAuth: OAuth{TokenURL: "http://a/", ClientID: "a", ClientSecretFile: missing}},
			"sasl.oauth.client_secret_file: open " + missing},
		{SASL{Mechanism: "PLAIN", Username: "a", PasswordFile: missing}, "sasl.password_file: open " + missing},
		{SASL{Mechanism: "GSSAPI", Kerberos: Kerberos{Principal: "a", KeytabFile: keytabOf(t), ConfigFile: noRealm}},
			"names no realm"},
	} {
		_, err := New(tt.sasl, Login{Timeout: time.Second, Now: time.Now})
		if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("got  %v\nwant %s", err, tt.want)
		}
	}
}

// keytabOf makes a keytab of no keys: its two bytes of version.
func keytabOf(t *testing.T) string {
	return write(t, filepath.Join(t.TempDir(), "empty.keytab"), "\x05\x02")
}

// What no test can bring about without moving a clock or locking an account is held against the KDC's own error codes.
func TestRefusalsOfTheKDCAreExplained(t *testing.T) {
	tk := &tickets{cfg: Kerberos{Principal: "a@R", KeytabFile: "k"}}
	for code, want := range map[int32]string{
		errorcode.KRB_AP_ERR_SKEW:        "the clocks of this machine and of the KDC differ too much (clock skew)",
		errorcode.KDC_ERR_PREAUTH_FAILED: "the keys do not match: create a new keytab",
		errorcode.KDC_ERR_KEY_EXPIRED:    "the principal has expired or is locked",
		errorcode.KDC_ERR_CLIENT_REVOKED: "the principal has expired or is locked",
	} {
		refused := messages.KRBError{ErrorCode: code, STime: time.Now()}
		if got := tk.reason(fmt.Errorf("login: %w", refused)); !strings.Contains(got, want) {
			t.Errorf("%d: got %q, want %q", code, got, want)
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

func writeCertificate(t *testing.T, files TLS) {
	t.Helper()
	c := testbed.SelfSigned(t, "client")
	write(t, files.CAFile, string(c.CertPEM))
	write(t, files.CertFile, string(c.CertPEM))
	write(t, files.KeyFile, string(c.KeyPEM))
}

// The files may be gone for a moment while they are being replaced.
func TestCertificatesStayWhileFilesAreGone(t *testing.T) {
	dir := t.TempDir()
	files := TLS{Enabled: true, CAFile: filepath.Join(dir, "ca.pem"), CertFile: filepath.Join(dir, "cert.pem"),
		KeyFile: filepath.Join(dir, "key.pem")}
	writeCertificate(t, files)
	f, err := OpenTLS(files, nil)
	if err != nil {
		t.Fatal(err)
	}
	before := f.Current()
	for _, path := range []string{files.CAFile, files.CertFile} {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
	}
	if now := f.Current(); len(now.Certificates) != 1 ||
		!bytes.Equal(now.Certificates[0].Certificate[0], before.Certificates[0].Certificate[0]) ||
		!now.RootCAs.Equal(before.RootCAs) {
		t.Error("the certificates are gone with their files")
	}
	writeCertificate(t, files)
	if now := f.Current(); bytes.Equal(now.Certificates[0].Certificate[0], before.Certificates[0].Certificate[0]) ||
		now.RootCAs.Equal(before.RootCAs) {
		t.Error("the new certificates are not taken")
	}
}

// A token is kept for as long as it is good, and a new one is fetched before it ends.
func TestTokensAreKept(t *testing.T) {
	fetched := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fetched++
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"access_token":"token-%d","token_type":"Bearer","expires_in":300}`, fetched)
	}))
	t.Cleanup(server.Close)
	now := time.Now()
	tk := &tokens{cfg: OAuth{TokenURL: server.URL, ClientID: "a", ClientSecret: secret.New("s3cret")},
		now: func() time.Time { return now }}
	for _, step := range []struct {
		later time.Duration
		want  string
	}{{0, "token-1"}, {4 * time.Minute, "token-1"}, {4*time.Minute + 50*time.Second, "token-2"}} {
		now = now.Add(step.later)
		if got, err := tk.token(t.Context()); err != nil || got != step.want {
			t.Errorf("after %s: got %q, %v, want %q", step.later, got, err, step.want)
		}
	}
	tk.forget()
	if got, err := tk.token(t.Context()); err != nil || got != "token-3" {
		t.Errorf("after a refusal: got %q, %v, want a new token", got, err)
	}
}

func TestRegionsInNames(t *testing.T) {
	for address, want := range map[string]string{
		"boot-1.kafka-serverless.eu-west-1.amazonaws.com:9098":     "eu-west-1",
		"b-1.orders.abc.c2.kafka.us-gov-west-1.amazonaws.com:9098": "us-gov-west-1",
		"b-1.x.kafka.cn-north-1.amazonaws.com.cn:9098":             "cn-north-1", "kafka.example.com:9098": "", "kafka": "",
		"127.0.0.1:9098": "",
	} {
		if got := regionOf(address); got != want {
			t.Errorf("%s: region %q, want %q", address, got, want)
		}
	}
}
