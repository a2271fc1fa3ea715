package awsconf

import (
	"errors"
	"net/http"
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
		if err := refusal(answer, []byte(tt.body)); !errors.As(err, &api) || api.ErrorCode() != tt.code || api.ErrorMessage() != tt.message {
			t.Errorf("%q %q: got %v, want %s: %s", tt.header, tt.body, err, tt.code, tt.message)
		}
	}
}
