package awsconf

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Call is one call to AWS, as its errors name it.
type Call struct {
	// Action is the IAM action that the call needs: "kafka:DescribeClusterV2".
	Action string
	// Resource is the ARN that a policy can name for it; empty: "*".
	Resource string
	// Object is what the call was about, for people: "cluster orders". Empty: nothing in particular.
	Object string
	Region string
}

// Kind is what kept a call from being answered.
type Kind string

// The kinds that a caller distinguishes.
const (
	Denied        Kind = "access denied"
	Expired       Kind = "expired credentials"
	NoCredentials Kind = "no credentials"
	NotAccepted   Kind = "credentials not accepted"
	Throttled     Kind = "throttled"
	WrongRegion   Kind = "wrong region"
	NotFound      Kind = "not found"
	Unreachable   Kind = "unreachable"
	Canceled      Kind = "canceled"
	Other         Kind = "other"
)

// Error is a call that was not answered: what, why and how to fix it, in one line. It never holds a credential.
type Error struct {
	Call Call
	Kind Kind
	// Why says what happened and what to do.
	Why   string
	cause error
}

// Error returns "action region object: why".
func (e *Error) Error() string {
	name := e.Call.Action
	for _, part := range []string{e.Call.Region, e.Call.Object} {
		if part != "" {
			name += " " + part
		}
	}
	return name + ": " + e.Why
}

func (e *Error) Unwrap() error { return e.cause }

// KindOf returns the kind of an error that Explain made; Other for any other.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Other
}

// The codes with which AWS's services say one thing. Services differ in the suffix, and so do versions of one service.
var (
	deniedCodes = []string{"AccessDenied", "AccessDeniedException", "ForbiddenException", "UnauthorizedOperation",
		"UnauthorizedException",
		"NotAuthorized", "AuthorizationError", "AuthorizationErrorException"}
	expiredCodes = []string{"ExpiredToken", "ExpiredTokenException", "RequestExpired"}
	unknownCodes = []string{"UnrecognizedClientException", "InvalidClientTokenId", "InvalidSignatureException",
		"SignatureDoesNotMatch",
		"IncompleteSignature", "InvalidAccessKeyId", "AuthFailure", "MissingAuthenticationToken"}
	missingCodes = []string{"NotFoundException", "ResourceNotFoundException", "NotFound"}
)

// Explain says what an error of the SDK means for the operator; nil stays nil. The cause stays wrapped.
func Explain(call Call, err error) error {
	if err == nil {
		return nil
	}
	var already *Error
	if errors.As(err, &already) {
		return err
	}
	kind, why := reason(call, err)
	return &Error{Call: call, Kind: kind, Why: why, cause: err}
}

// reason tries the tests from the most to the least specific: a role that cannot be assumed is also a denied call.
func reason(call Call, err error) (Kind, string) {
	for _, test := range []func(Call, error) (Kind, string){canceled, credentials, answered, network} {
		if kind, why := test(call, err); kind != "" {
			return kind, why
		}
	}
	return Other, scrub(err.Error())
}

func canceled(_ Call, err error) (Kind, string) {
	switch {
	case errors.Is(err, context.Canceled):
		return Canceled, "interrupted"
	case errors.Is(err, context.DeadlineExceeded):
		return Unreachable, "no answer in time: a firewall may drop the packets, or AWS is slow; raise timeout for a slow network"
	}
	return "", ""
}

// answered explains an error that the service itself sent.
func answered(call Call, err error) (Kind, string) {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return "", ""
	}
	code := strings.TrimSuffix(api.ErrorCode(), "Fault")
	switch {
	case slices.Contains(expiredCodes, code):
		return Expired, "the credentials have expired: renew them (aws sso login, or a new session) and try again"
	case slices.Contains(unknownCodes, code):
		// The message is left out: for a wrong signature it quotes the request, token included.
		return NotAccepted, fmt.Sprintf("AWS does not accept the credentials (%s): check that they are of the right account and partition, that the clock of this machine is right, and that region %s is enabled for the account", code, call.Region)
	case slices.Contains(deniedCodes, code):
		return Denied, denial(call, api.ErrorMessage())
	case Throttling(err):
		return Throttled, "AWS throttles the call, after several attempts: read less often (interval), or wait for the next run"
	case slices.Contains(missingCodes, code):
		return NotFound, "not found: " + scrub(api.ErrorMessage())
	}
	if status(err) >= http.StatusInternalServerError {
		return Unreachable, fmt.Sprintf("AWS has an internal error (%s), after several attempts: %s", code,
			scrub(api.ErrorMessage()))
	}
	return Other, fmt.Sprintf("%s: %s", code, scrub(api.ErrorMessage()))
}

func denial(call Call, message string) string {
	who := "the caller"
	if found := principal.FindString(message); found != "" {
		who = found
	}
	return fmt.Sprintf("access denied for %s: add this statement to its policy: %s", who,
		Allow([]string{call.Action}, call.resource()))
}

func (c Call) resource() string {
	if c.Resource == "" {
		return "*"
	}
	return c.Resource
}

// Throttling reports whether AWS refused the call because there were too many.
func Throttling(err error) bool {
	return retry.IsErrorThrottles(retry.DefaultThrottles).IsErrorThrottle(err) == aws.TrueTernary ||
		status(err) == http.StatusTooManyRequests
}

func status(err error) int {
	var response *smithyhttp.ResponseError
	if errors.As(err, &response) {
		return response.HTTPStatusCode()
	}
	return 0
}

// network explains a call that got no answer.
func network(call Call, err error) (Kind, string) {
	var dns *net.DNSError
	var timeout net.Error
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return WrongRegion, fmt.Sprintf("no such host %s: there is no region %s, or it does not have the service, or this machine cannot resolve it: check the region", dns.Name, call.Region)
	case errors.As(err, &dns):
		return Unreachable, fmt.Sprintf("the name %s cannot be resolved (%s): check the DNS of this machine", dns.Name, dns.Err)
	case errors.As(err, &timeout) && timeout.Timeout():
		return Unreachable, "no answer in time: a firewall may drop the packets; behind a proxy set HTTPS_PROXY, in a VPC without internet create an interface endpoint"
	}
	var op *net.OpError
	if errors.As(err, &op) {
		return Unreachable, fmt.Sprintf("no connection: %s; check network, proxy (HTTPS_PROXY) and endpoint", scrub(op.Error()))
	}
	return "", ""
}
