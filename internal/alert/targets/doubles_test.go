package targets

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/rs/zerolog"

	"github.com/mskfit/mskfit/internal/alert"
)

// marker begins every secret of the configurations below.
const marker = "topsecret"

// everyKind configures one target of each kind, all at the address. What may be secret is: paths, keys, headers.
func everyKind(at string) string {
	sections := map[string]string{
		"slack":        "slack: {url: '%s/services/T0/B0/topsecretslack'}",
		"sns":          "sns: {topic_arn: 'arn:aws:sns:us-east-1:123456789012:alerts'}",
		"webhook":      "webhook: {url: '%s/hook?token=topsecrethook', secret: topsecretkey, headers: {X-Key: topsecretheader}}",
		"alertmanager": "alertmanager: {url: '%s/topsecretprefix', headers: {Authorization: 'Bearer topsecretbearer'}}",
		"teams":        "teams: {url: '%s/workflows/topsecretteams?sig=topsecretsig'}",
		"pagerduty":    "pagerduty: {routing_key: topsecret7890123456789012345678a, url: '%s'}",
	}
	out := "external_url: https://mskfit.example.com\ntargets:\n"
	for _, kind := range []string{"alertmanager", "pagerduty", "slack", "sns", "teams", "webhook"} {
		out += "  " + kind + ": {" + strings.Replace(sections[kind], "%s", at, 1) + "}\n"
	}
	return out
}

// built opens the targets of everyKind; SNS is at the address, too.
func built(t *testing.T, at string, log zerolog.Logger) map[string]alert.Target {
	t.Helper()
	c, err := load(everyKind(at))
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.Build(t.Context(), Deps{Now: time.Now, Log: log, AWS: func(_ context.Context, region string) (aws.Config, error) {
		return aws.Config{Region: region, BaseEndpoint: &at, RetryMaxAttempts: 1,
			Credentials: credentials.NewStaticCredentialsProvider("AKIATEST", "topsecretaws", "topsecretsession")}, nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// takes answers everyone with yes, and keeps what it got by the target's kind.
type takes struct {
	mu  sync.Mutex
	got map[string][]string
}

func (s *takes) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	kind := "sns"
	for part, name := range map[string]string{"services": "slack", "hook": "webhook", "alerts": "alertmanager",
		"workflows": "teams", "enqueue": "pagerduty"} {
		if strings.Contains(r.URL.Path, part) {
			kind = name
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.got[kind] = append(s.got[kind], string(body))
	if kind == "sns" {
		w.Header().Set("Content-Type", "text/xml")
		_, _ = fmt.Fprint(w, `<PublishResponse><PublishResult><MessageId>x</MessageId></PublishResult></PublishResponse>`)
	}
}

func taking(t *testing.T) (*takes, string) {
	s := &takes{got: map[string][]string{}}
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	return s, srv.URL
}
