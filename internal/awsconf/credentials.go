package awsconf

import (
	"errors"
	"fmt"
	"strings"

	"github.com/aws/smithy-go"
)

// expiredSSO is how the SDK words it (ssocreds.InvalidTokenError).
const expiredSSO = "the SSO session has expired or is invalid"

// credentials explains why there are none to sign with.
func credentials(call Call, err error) (Kind, string) {
	var role *roleError
	if errors.As(err, &role) {
		return assuming(role)
	}
	if strings.Contains(err.Error(), expiredSSO) {
		return Expired, "the SSO session has expired: run aws sso login and try again"
	}
	var api smithy.APIError
	if text := err.Error(); !errors.As(err, &api) &&
		(strings.Contains(text, "get identity: get credentials") || strings.Contains(text, "refresh cached credentials")) {
		if strings.Contains(text, "EC2 IMDS") || strings.Contains(text, "static credentials are empty") {
			return NoCredentials, "no AWS credentials: set AWS_PROFILE or a profile, the environment's AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run where an instance, task or pod role gives them"
		}
		return NoCredentials, "AWS credentials not available: " +
			scrub(text[strings.LastIndex(text, "credentials")+len("credentials"):])
	}
	return "", ""
}

// assuming explains a role that could not be taken.
func assuming(e *roleError) (Kind, string) {
	kind, why := reason(Call{Action: "sts:AssumeRole", Resource: e.role}, e.cause)
	if kind == Denied {
		why = fmt.Sprintf("%s; the role's trust policy must name this principal, and the external id if it asks for one", why)
	}
	return kind, fmt.Sprintf("assume role %s: %s", e.role, why)
}
