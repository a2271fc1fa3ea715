package awsconf

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/ssocreds"
	"github.com/aws/smithy-go"
)

// The code of a refusal is read wherever the service writes it; what a proxy answers is named by its status.
func TestRefusal(t *testing.T) {
	for _, tt := range []struct{ header, body, code, message string }{
		{"", `{"__type":"com.amazonaws.ce#AccessDeniedException","Message":"no"}`, "AccessDeniedException", "no"},
		{"AccessDeniedException:http://internal", `{"message":"no"}`, "AccessDeniedException", "no"},
		{"", "<html>", "Forbidden", "status 403"},
	} {
		answer := &http.Response{StatusCode: http.StatusForbidden, Header: http.Header{}}
		if tt.header != "" {
			answer.Header.Set("X-Amzn-ErrorType", tt.header)
		}
		var api smithy.APIError
		err := refusal(answer, []byte(tt.body))
		if !errors.As(err, &api) || api.ErrorCode() != tt.code || api.ErrorMessage() != tt.message {
			t.Errorf("%q %q: got %v, want %s: %s", tt.header, tt.body, err, tt.code, tt.message)
		}
	}
}

// A fault of the service is named as one, like those of the SDK's clients.
func TestAFaultOfTheServiceIsUnreachable(t *testing.T) {
	err := refusal(&http.Response{StatusCode: http.StatusServiceUnavailable, Header: http.Header{}}, nil)
	if kind := KindOf(Explain(Call{Action: "ce:GetCostAndUsage"}, err)); kind != Unreachable {
		t.Errorf("got %q, want %q", kind, Unreachable)
	}
}

// The address is the one that is configured, or the usual one; FIPS has its own and refuses another.
func TestEndpointOfAService(t *testing.T) {
	ce := Service{SDKID: "Cost Explorer", Prefix: "ce", Name: "ce"}
	const own = "https://ce.example.com"
	for _, tt := range []struct {
		name, env  string
		fips       bool
		configured string
		want       string // "": an error
	}{
		{"usual", "", false, "", "https://ce.us-east-1.amazonaws.com"},
		{"fips", "", true, "", "https://ce-fips.us-east-1.amazonaws.com"},
		{"fips of the environment", "true", false, "", "https://ce-fips.us-east-1.amazonaws.com"},
		{"configured", "", false, own, own},
		{"configured and fips", "", true, own, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("AWS_CONFIG_FILE", os.DevNull)
			t.Setenv("AWS_USE_FIPS_ENDPOINT", tt.env)
			c := DefaultConfig()
			c.FIPS, c.Endpoints.CostExplorer = tt.fips, tt.configured
			s, err := Open(t.Context(), c, "us-east-1", Options{})
			if err != nil {
				t.Fatal(err)
			}
			got, err := ce.endpoint(t.Context(), s.In("us-east-1"))
			if got != tt.want || (err != nil) != (tt.want == "") {
				t.Errorf("got %q, %v, want %q", got, err, tt.want)
			}
		})
	}
}

// Each partition has its own suffix; the price list has a prefix that is not its name in signatures.
func TestEndpointOfEachPartition(t *testing.T) {
	service := Service{SDKID: "Pricing", Prefix: "api.pricing", Name: "pricing"}
	for region, want := range map[string]string{
		"eu-central-1":  "https://api.pricing.eu-central-1.amazonaws.com",
		"us-gov-west-1": "https://api.pricing.us-gov-west-1.amazonaws.com",
		"cn-north-1":    "https://api.pricing.cn-north-1.amazonaws.com.cn",
	} {
		if got, err := service.endpoint(t.Context(), aws.Config{Region: region}); got != want || err != nil {
			t.Errorf("%s: got %q, %v, want %q", region, got, err, want)
		}
	}
}

// In AWS GovCloud the usual address of some services is the one validated to FIPS 140.
func TestFIPSInGovCloud(t *testing.T) {
	c := DefaultConfig()
	c.FIPS = true
	t.Setenv("AWS_CONFIG_FILE", os.DevNull)
	s, err := Open(t.Context(), c, "us-gov-west-1", Options{})
	if err != nil {
		t.Fatal(err)
	}
	for region, want := range map[string]string{
		"us-gov-west-1": "https://sts.us-gov-west-1.amazonaws.com",
		"us-east-1":     "https://sts-fips.us-east-1.amazonaws.com",
	} {
		if got, err := sts.endpoint(t.Context(), s.In(region)); got != want || err != nil {
			t.Errorf("%s: got %q, %v, want %q", region, got, err, want)
		}
	}
}

// The words by which an expired SSO session is recognized are the SDK's.
func TestExpiredSSOIsTheSDKsText(t *testing.T) {
	err := fmt.Errorf("get identity: get credentials: %w", &ssocreds.InvalidTokenError{Err: errors.New("no file")})
	if kind, why := credentials(Call{}, err); kind != Expired || !strings.Contains(why, "aws sso login") {
		t.Errorf("got %q, %q", kind, why)
	}
}
