package awsconf

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
)

// refusing answers like a REST service that refuses with a code.
func refusing(status int, code, message string) roundTrip {
	return answering(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Amzn-ErrorType", code)
		w.WriteHeader(status)
		fmt.Fprintf(w, `{"message": %q}`, message)
	})
}

func TestErrorsSayWhatToDo(t *testing.T) {
	for name, c := range map[string]struct {
		client roundTrip
		kind   Kind
		want   string
	}{
		"denied": {refusing(403, "AccessDeniedException",
			"User: arn:aws:sts::123456789012:assumed-role/watch/i-1 is not authorized to perform: kafka:ListClustersV2"), Denied,
			`kafka:ListClustersV2 eu-west-1: access denied for arn:aws:sts::123456789012:assumed-role/watch/i-1: add this statement to its policy: {"Effect":"Allow","Action":["kafka:ListClustersV2"],"Resource":["*"]}`},
		"expired": {refusing(403, "ExpiredTokenException", "The security token included in the request is expired"), Expired,
			"kafka:ListClustersV2 eu-west-1: the credentials have expired: renew them (aws sso login, or a new session) and try again"},
		"unknown credentials": {refusing(403, "UnrecognizedClientException",
			"The security token included in the request is invalid."), NotAccepted,
			"kafka:ListClustersV2 eu-west-1: AWS does not accept the credentials (UnrecognizedClientException): check that they are of the right account and partition, that the clock of this machine is right, and that region eu-west-1 is enabled for the account"},
		"throttled": {refusing(429, "TooManyRequestsException", "Rate exceeded"), Throttled,
			"kafka:ListClustersV2 eu-west-1: AWS throttles the call, after several attempts: read less often (interval), or wait for the next run"},
		"fault": {refusing(503, "ServiceUnavailableException", "try later"), Unreachable,
			"kafka:ListClustersV2 eu-west-1: AWS has an internal error (ServiceUnavailableException), after several attempts: try later"},
		"other": {refusing(400, "BadRequestException", "one or more of the parameters are not valid"), Other,
			"kafka:ListClustersV2 eu-west-1: BadRequestException: one or more of the parameters are not valid"},
		"wrong region": {func(*http.Request) (*http.Response, error) {
			return nil, &net.DNSError{Err: "no such host", Name: "kafka.eu-west-1.amazonaws.com", IsNotFound: true}
		}, WrongRegion,
			"kafka:ListClustersV2 eu-west-1: no such host kafka.eu-west-1.amazonaws.com: there is no region eu-west-1, or it does not have the service, or this machine cannot resolve it: check the region"},
		"refused connection": {func(*http.Request) (*http.Response, error) {
			return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connect: connection refused")}
		}, Unreachable,
			"kafka:ListClustersV2 eu-west-1: no connection: dial tcp: connect: connection refused; check network, proxy (HTTPS_PROXY) and endpoint"},
	} {
		t.Run(name, func(t *testing.T) {
			alone(t)
			err := list(t.Context(), open(t, quick(), c.client))
			if err == nil || err.Error() != c.want {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
			if got := KindOf(err); got != c.kind {
				t.Errorf("kind %q, want %q", got, c.kind)
			}
		})
	}
}

func TestNoCredentials(t *testing.T) {
	alone(t)
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"} {
		t.Setenv(name, "")
	}
	err := list(t.Context(), open(t, quick(), refusing(500, "Never", "asked")))
	if KindOf(err) != NoCredentials || !strings.Contains(err.Error(), "no AWS credentials: set AWS_PROFILE") {
		t.Errorf("got %v", err)
	}
}

func TestRoleThatCannotBeAssumed(t *testing.T) {
	alone(t)
	c := quick()
	c.RoleARN = "arn:aws:iam::210987654321:role/watch"
	err := list(t.Context(), open(t, c, answering(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/xml")
		w.WriteHeader(http.StatusForbidden)
		fmt.Fprint(w, `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code>
			<Message>User: arn:aws:iam::123456789012:user/ann is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::210987654321:role/watch</Message></Error></ErrorResponse>`)
	})))
	want := `kafka:ListClustersV2 eu-west-1: assume role arn:aws:iam::210987654321:role/watch: access denied for arn:aws:iam::123456789012:user/ann: add this statement to its policy: ` +
		`{"Effect":"Allow","Action":["sts:AssumeRole"],"Resource":["arn:aws:iam::210987654321:role/watch"]}; the role's trust policy must name this principal, and the external id if it asks for one`
	if err == nil || err.Error() != want || KindOf(err) != Denied {
		t.Errorf("got  %v (%s)\nwant %s", err, KindOf(err), want)
	}
}

// A service, or something in front of it, may send back what it was sent.
func TestNoCredentialInAnyError(t *testing.T) {
	alone(t)
	for _, code := range []string{"SignatureDoesNotMatch", "BadRequestException", "AccessDeniedException",
		"InternalServerErrorException", "TooManyRequestsException", "ExpiredToken", "NotFoundException"} {
		client := answering(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Amzn-ErrorType", code)
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprintf(w, `{"message": %q}`,
				fmt.Sprintf("The canonical string should have been %s x-amz-security-token:%s and the key %s with %s",
					r.Header.Get("Authorization"), r.Header.Get("X-Amz-Security-Token"), accessKey, secretKey))
		})
		err := list(t.Context(), open(t, quick(), client))
		for _, secret := range []string{accessKey, secretKey, sessionToken, sessionToken[:40]} {
			if text := fmt.Sprintf("%v %+v %s", err, err, err); err == nil || strings.Contains(text, secret) {
				t.Errorf("%s: %q shows a credential", code, text)
			}
		}
	}
}
