package awsconf

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/kafka"

	"github.com/mskfit/mskfit/internal/yamlfile"
)

// The credentials of these tests; none of their parts may show anywhere.
const (
	accessKey    = "AKIAQX7EXAMPLE4TESTS"
	secretKey    = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	sessionToken = "IQoJb3JpZ2luX2VjEDoaCXVzLWVhc3QtMSJHMEUCIQDexampletokenthatislongenoughtobeoneofthosethatAWSgives00000000000000=="
)

// alone keeps the machine's own AWS settings out of a test and puts the test's credentials into the environment.
func alone(t *testing.T) {
	t.Helper()
	empty := filepath.Join(t.TempDir(), "none")
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": accessKey, "AWS_SECRET_ACCESS_KEY": secretKey, "AWS_SESSION_TOKEN": sessionToken,
		"AWS_CONFIG_FILE": empty, "AWS_SHARED_CREDENTIALS_FILE": empty, "AWS_PROFILE": "", "AWS_REGION": "", "AWS_CA_BUNDLE": "",
		"AWS_EC2_METADATA_DISABLED": "true",
		"AWS_ROLE_ARN":              "", "AWS_WEB_IDENTITY_TOKEN_FILE": "", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "",
		"AWS_CONTAINER_CREDENTIALS_FULL_URI": "",
	} {
		t.Setenv(name, value)
	}
}

// roundTrip answers requests without a network.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) Do(r *http.Request) (*http.Response, error) { return f(r) }

// answering has every request answered by the handler.
func answering(h http.HandlerFunc) roundTrip {
	return func(r *http.Request) (*http.Response, error) {
		w := httptest.NewRecorder()
		h(w, r)
		return w.Result(), nil
	}
}

func quick() Config {
	c := DefaultConfig()
	c.MaxAttempts = 1
	return c
}

func open(t *testing.T, c Config, client roundTrip) *Session {
	t.Helper()
	s, err := Open(t.Context(), c, "eu-west-1", Options{Version: "1.2.3", HTTPClient: client})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func list(ctx context.Context, s *Session) error {
	_, err := kafka.NewFromConfig(s.In("eu-west-1")).ListClustersV2(ctx, &kafka.ListClustersV2Input{})
	return Explain(Call{Action: "kafka:ListClustersV2", Region: "eu-west-1"}, err)
}

func TestRequestsCarryIdentityAndName(t *testing.T) {
	alone(t)
	var got *http.Request
	client := answering(func(w http.ResponseWriter, r *http.Request) {
		got = r
		fmt.Fprint(w, `{}`)
	})
	if err := list(t.Context(), open(t, quick(), client)); err != nil {
		t.Fatal(err)
	}
	if want := "kafka.eu-west-1.amazonaws.com"; got.URL.Host != want {
		t.Errorf("host %q, want %q", got.URL.Host, want)
	}
	if agent := got.UserAgent(); !strings.Contains(agent, "mskfit/1.2.3") {
		t.Errorf("user agent %q does not name mskfit/1.2.3", agent)
	}
	if !strings.Contains(got.Header.Get("Authorization"), accessKey) {
		t.Error("the request is not signed with the environment's key")
	}
	c := quick()
	c.FIPS = true
	if err := list(t.Context(), open(t, c, client)); err != nil {
		t.Fatal(err)
	}
	if want := "kafka-fips.eu-west-1.amazonaws.com"; got.URL.Host != want {
		t.Errorf("with FIPS host %q, want %q", got.URL.Host, want)
	}
}

func TestEndpoints(t *testing.T) {
	alone(t)
	var host string
	client := answering(func(w http.ResponseWriter, r *http.Request) {
		host = r.URL.Host
		fmt.Fprint(w, `{}`)
	})
	t.Setenv("AWS_ENDPOINT_URL_KAFKA", "http://from.environment")
	if err := list(t.Context(), open(t, quick(), client)); err != nil || host != "from.environment" {
		t.Errorf("host %q, error %v: want the environment's endpoint", host, err)
	}
	c := quick()
	c.Endpoints.Kafka = "http://from.file"
	if err := list(t.Context(), open(t, c, client)); err != nil || host != "from.file" {
		t.Errorf("host %q, error %v: want the configured endpoint to come first", host, err)
	}
}

func TestAssumesRoleForOtherAccounts(t *testing.T) {
	alone(t)
	var asked, signed string
	client := answering(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Host, "sts.") {
			_ = r.ParseForm()
			asked = r.Form.Encode()
			w.Header().Set("Content-Type", "text/xml")
			fmt.Fprint(w, `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
				<AccessKeyId>ASIAROLEROLEROLEROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>
				<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`)
			return
		}
		signed = r.Header.Get("Authorization")
		fmt.Fprint(w, `{}`)
	})
	c := quick()
	c.RoleARN, c.ExternalID = "arn:aws:iam::210987654321:role/watch", "team-7"
	if err := list(t.Context(), open(t, c, client)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"RoleArn=arn%3Aaws%3Aiam%3A%3A210987654321%3Arole%2Fwatch", "ExternalId=team-7",
		"RoleSessionName=mskfit"} {
		if !strings.Contains(asked, want) {
			t.Errorf("AssumeRole asked %q, want %q in it", asked, want)
		}
	}
	if !strings.Contains(signed, "ASIAROLEROLEROLEROLE") {
		t.Error("the call is not signed with the role's key")
	}
}

func TestProfile(t *testing.T) {
	alone(t)
	file := filepath.Join(t.TempDir(), "credentials")
	text := "[payments]\naws_access_key_id = AKIAPROFILEPROFILE00\naws_secret_access_key = x\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", file)
	var signed string
	client := answering(func(w http.ResponseWriter, r *http.Request) {
		signed = r.Header.Get("Authorization")
		fmt.Fprint(w, `{}`)
	})
	c := quick()
	c.Profile = "payments"
	if err := list(t.Context(), open(t, c, client)); err != nil || !strings.Contains(signed, "AKIAPROFILEPROFILE00") {
		t.Errorf("signed with %q, error %v: want the profile's key, not the environment's", signed, err)
	}
	c.Profile = "paymets"
	_, err := Open(t.Context(), c, "eu-west-1", Options{})
	want := `read the AWS profile "paymets": it is in neither ~/.aws/config nor ~/.aws/credentials: add it, or set another profile`
	if err == nil || err.Error() != want {
		t.Errorf("got %v\nwant %s", err, want)
	}
}

// TestProxy runs itself in another process: Go reads the proxy's address once.
func TestProxy(t *testing.T) {
	if os.Getenv("MSKFIT_TEST_PROXY") != "" {
		s, err := Open(t.Context(), quick(), "eu-west-1", Options{})
		if err == nil {
			err = list(t.Context(), s)
		}
		if err != nil {
			t.Fatal(err)
		}
		return
	}
	alone(t)
	asked := make(chan string, 1)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.URL.Host
		fmt.Fprint(w, `{}`)
	}))
	defer proxy.Close()
	cmd := exec.Command(os.Args[0], "-test.run=^TestProxy$")
	cmd.Env = append(os.Environ(), "MSKFIT_TEST_PROXY=1", "HTTP_PROXY="+proxy.URL, "http_proxy="+proxy.URL, "NO_PROXY=",
		"no_proxy=",
		"AWS_ENDPOINT_URL_KAFKA=http://kafka.example.invalid")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if got := <-asked; got != "kafka.example.invalid" {
		t.Errorf("the proxy was asked for %q, want kafka.example.invalid", got)
	}
}

func TestIdentity(t *testing.T) {
	alone(t)
	s := open(t, quick(), answering(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		fmt.Fprint(w, `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
			<Arn>arn:aws:iam::123456789012:user/ann</Arn><UserId>u</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`)
	}))
	got, err := s.Identity(t.Context())
	if want := (Identity{"123456789012", "arn:aws:iam::123456789012:user/ann"}); err != nil || got != want {
		t.Errorf("got %+v, %v, want %+v", got, err, want)
	}
}

func TestValidate(t *testing.T) {
	if err := DefaultConfig().Validate(); err != nil {
		t.Fatalf("the defaults are refused: %v", err)
	}
	for name, c := range map[string]struct {
		change func(*Config)
		want   string
	}{
		"role": {func(c *Config) { c.RoleARN = "watch" },
			`role_arn: "watch" is not a role: write it as arn:aws:iam::123456789012:role/name`},
		"external id": {func(c *Config) { c.ExternalID = "x7" },
			"external_id: it applies to a role, and none is set: set the role, or remove it"},
		"session name": {func(c *Config) { c.SessionName = "a b" },
			`session_name: "a b" is not a valid session name: use 2 to 64 letters, digits and _+=,.@-`},
		"timeout":  {func(c *Config) { c.Timeout = 0 }, "timeout: 0s is out of range: use 1s to 5m"},
		"attempts": {func(c *Config) { c.MaxAttempts = 0 }, "max_attempts: 0 is out of range: use 1 to 20"},
		"endpoint": {func(c *Config) { c.Endpoints.Kafka = "kafka.local" },
			`endpoints.kafka: "kafka.local" is not a URL: write it as https://host`},
		"endpoint secret": {func(c *Config) { c.Endpoints.STS = "https://ann:pw@host" },
			"endpoints.sts: contains credentials: remove them, requests are signed"},
	} {
		t.Run(name, func(t *testing.T) {
			config := DefaultConfig()
			c.change(&config)
			if err := config.Validate(); err == nil || err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
	if err := ValidRegion("region", "frankfurt"); err == nil {
		t.Error("a region that is none passes")
	}
}

func TestConfigReadsYAML(t *testing.T) {
	c := DefaultConfig()
	text := "profile: payments\nrole_arn: arn:aws:iam::123456789012:role/watch\nexternal_id: team-7\nendpoints:\n  kafka: https://vpce.example\nfips: true\ntimeout: 10s\nmax_attempts: 3\n"
	if _, err := yamlfile.Decode("c.yaml", []byte(text), &c); err != nil {
		t.Fatal(err)
	}
	if c.Profile != "payments" || c.Endpoints.Kafka != "https://vpce.example" || !c.FIPS || c.MaxAttempts != 3 ||
		c.SessionName != "mskfit" {
		t.Errorf("read %+v", c)
	}
}

func TestPolicyIsSortedJSON(t *testing.T) {
	got := Policy([]Statement{{Sid: "A", Actions: []string{"kafka:B", "kafka:A", "kafka:B"}, Resource: []string{"*"}}})
	var doc struct {
		Version   string
		Statement []struct {
			Sid, Effect      string
			Action, Resource []string
		}
	}
	if err := json.Unmarshal(got, &doc); err != nil {
		t.Fatal(err)
	}
	if s := doc.Statement[0]; doc.Version != "2012-10-17" || s.Effect != "Allow" ||
		strings.Join(s.Action, " ") != "kafka:A kafka:B" {
		t.Errorf("got %s", got)
	}
	if want := `{"Effect":"Allow","Action":["sts:AssumeRole"],"Resource":["arn:aws:iam::1:role/r"]}`; Allow([]string{"sts:AssumeRole"}, "arn:aws:iam::1:role/r") != want {
		t.Errorf("got %s", Allow([]string{"sts:AssumeRole"}, "arn:aws:iam::1:role/r"))
	}
}
