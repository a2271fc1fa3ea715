package kafka

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	iam "github.com/twmb/franz-go/pkg/sasl/aws"

	"github.com/mskfit/mskfit/collector/kafka/auth"
)

// TestVerifierTakesTheClientLibrarysLogin holds the double against an implementation that is in use with MSK.
func TestVerifierTakesTheClientLibrarysLogin(t *testing.T) {
	v := verifier{region: "eu-west-1", host: iamHost, keys: map[string]string{iamKey: iamSecret},
		tokens: map[string]string{iamKey: iamToken}, now: time.Now}
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
		asUser(t, iamKey, iamSecret, tt.token)
		v := verifier{
			region: tt.region, host: tt.host, keys: map[string]string{iamKey: iamSecret},
			tokens: map[string]string{iamKey: tt.token},
			now:    func() time.Time { return at.Add(time.Minute) },
		}
		login, err := auth.New(auth.SASL{Mechanism: auth.IAM, AWS: auth.AWS{Region: tt.region}},
			auth.Login{Timeout: time.Second, ClientID: clientID, Now: func() time.Time { return at }})
		if err != nil {
			t.Fatal(err)
		}
		_, payload, err := login.Authenticate(t.Context(), tt.host+":9098")
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
	s, err := d.open(func(c *Config) { c.SASL.AWS = auth.AWS{RoleARN: role, ExternalID: "ext-1"} })
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
		logsInWith(t, iamToken, auth.AWS{})
	})
	t.Run("profile", func(t *testing.T) {
		lonely(t)
		t.Setenv("AWS_SHARED_CREDENTIALS_FILE", write(t, filepath.Join(t.TempDir(), "credentials"),
			"[default]\naws_access_key_id = other\naws_secret_access_key = other\n[watch]\naws_access_key_id = "+iamKey+
				"\naws_secret_access_key = "+iamSecret+"\n"))
		logsInWith(t, "", auth.AWS{Profile: "watch"})
	})
}

func logsInWith(t *testing.T, token string, a auth.AWS) {
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
		{"no credentials", "kafka-cluster:Connect eu-west-1: no AWS credentials: set AWS_PROFILE or a profile",
			func(t *testing.T, _ *iamDouble) { lonely(t) }, nil},
		{"another secret key", "the broker refuses the AWS credentials (AWS_MSK_IAM): check that the identity's policy allows kafka-cluster:Connect on the cluster, that the credentials have not expired",
			func(t *testing.T, _ *iamDouble) { asUser(t, iamKey, "not-"+iamSecret, "") }, nil},
		{"another region", "sasl.aws.region, and the clock of this machine", nil,
			func(c *Config) { c.SASL.AWS.Region = "eu-central-1" }},
		{"a clock that is wrong", "and the clock of this machine", func(_ *testing.T, d *iamDouble) {
			d.verifier.now = func() time.Time { return d.now().Add(time.Hour) }
		}, nil},
		{"expiring credentials", "because they expire too soon (Session too short): renew them",
			func(_ *testing.T, d *iamDouble) { d.says = "Session too short" }, nil},
		{"too many", "the cluster is refusing new IAM connections right now",
			func(_ *testing.T, d *iamDouble) { d.says = "Too many connects" }, nil},
		{"a role that cannot be had", "assume role arn:aws:iam::123456789012:role/watch: the credentials have expired: renew them",
			func(t *testing.T, _ *iamDouble) {
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
	if want := "sasl.aws.region: the broker names do not contain the region: set it, or AWS_REGION"; err == nil ||
		err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
