package msk

import (
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/mskfit/mskfit/internal/awsconf"
	"github.com/mskfit/mskfit/internal/testbed/mskfake"
)

// noon is the time of tests that need no other.
var noon = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func at(t time.Time) func() time.Time { return func() time.Time { return t } }

// clientsOf returns clients that the handler answers without a network.
func clientsOf(t *testing.T, server *mskfake.Server) Clients { return clientsTrying(t, server, 1) }

func clientsTrying(t *testing.T, server *mskfake.Server, attempts int) Clients {
	t.Helper()
	ownEnvironment(t)
	c := DefaultConfig()
	c.AWS.MaxAttempts, c.Regions = attempts, []string{"us-east-1"}
	all, err := Open(t.Context(), c, awsconf.Options{Version: "test", HTTPClient: server})
	if err != nil {
		t.Fatal(err)
	}
	return all[0]
}

// clientsNow makes clients without reading the environment, for use inside a bubble.
func clientsNow(server *mskfake.Server, attempts int) Clients {
	return NewClients(aws.Config{
		Region: "us-east-1", HTTPClient: server, Credentials: credentials.NewStaticCredentialsProvider(accessKey, secretKey, ""),
		Retryer: func() aws.Retryer { return awsconf.NewRetryer(attempts) },
	}, nil)
}

// The credentials of these tests; none of their parts may show anywhere.
const (
	accessKey = "AKIAQX7EXAMPLE4TESTS"
	secretKey = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
)

// ownEnvironment keeps the machine's AWS settings out of a test.
func ownEnvironment(t *testing.T) {
	t.Helper()
	none := filepath.Join(t.TempDir(), "none")
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": accessKey, "AWS_SECRET_ACCESS_KEY": secretKey, "AWS_SESSION_TOKEN": "", "AWS_PROFILE": "",
		"AWS_REGION":      "",
		"AWS_CONFIG_FILE": none, "AWS_SHARED_CREDENTIALS_FILE": none, "AWS_EC2_METADATA_DISABLED": "true", "AWS_CA_BUNDLE": "",
	} {
		t.Setenv(name, value)
	}
}

// denying refuses one operation for want of the action.
func denying(operation, action string) func(string, int, *http.Request) *mskfake.Fault {
	return func(op string, _ int, _ *http.Request) *mskfake.Fault {
		if op == operation {
			return mskfake.Denied(action)
		}
		return nil
	}
}
