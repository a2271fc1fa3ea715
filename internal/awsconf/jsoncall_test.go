package awsconf

import (
	"errors"
	"net/http"
	"os"
	"testing"

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
func TestEndpointOfAJSONService(t *testing.T) {
	ce := JSONService{SDKID: "Cost Explorer", Prefix: "ce", Suffix: "amazonaws.com"}
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
			got, err := s.endpoint(t.Context(), ce, "us-east-1")
			if got != tt.want || (err != nil) != (tt.want == "") {
				t.Errorf("got %q, %v, want %q", got, err, tt.want)
			}
		})
	}
}
