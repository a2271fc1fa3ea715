package auth

import (
	"errors"
	"fmt"
	"strings"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

// Reason says in words why a login failed and which fields to check, or "" when err is about something else.
func (s SASL) Reason(err error, names Names) string {
	if e, ok := errors.AsType[*loginError](err); ok {
		return e.why // it failed before the broker was asked
	}
	switch {
	case errors.Is(err, kerr.SaslAuthenticationFailed), isScramFailure(err):
		return s.refused(err, names)
	case errors.Is(err, kerr.UnsupportedSaslMechanism):
		return fmt.Sprintf("the broker does not offer SASL mechanism %s on this port: set %s to one that it offers",
			s.Mechanism, names.Of("sasl.mechanism"))
	case errors.Is(err, kerr.IllegalSaslState) && s.Mechanism != "":
		return fmt.Sprintf("the broker does not authenticate on this port: leave out %s, or use the SASL port", names.Of("sasl"))
	case s.Mechanism == "":
		return ""
	}
	// Some brokers only close the connection after a wrong password.
	if e, ok := errors.AsType[*kgo.ErrFirstReadEOF](err); ok && strings.Contains(e.Error(), "SASL") {
		return fmt.Sprintf("the broker closed the connection while %s logged in (%s): %s", s.who(), s.Mechanism, s.check(names))
	}
	return ""
}

// refused explains a login that the broker judged, and refused.
func (s SASL) refused(err error, names Names) string {
	if s.Mechanism == IAM {
		// MSK says little more than that access is denied; two of its answers are about something else.
		switch text := err.Error(); {
		case strings.Contains(text, "Session too short"):
			return "the cluster refuses the AWS credentials because they expire too soon (Session too short): renew them, or use a longer session"
		case strings.Contains(text, "Too many connects"):
			return "the cluster is refusing new IAM connections right now (Too many connects): try again later"
		}
	}
	return fmt.Sprintf("the broker refuses %s (%s): %s", s.who(), s.Mechanism, s.check(names))
}

// who names the user that logs in.
func (s SASL) who() string {
	switch {
	case s.Mechanism == IAM && s.AWS.RoleARN != "":
		return "role " + s.AWS.RoleARN
	case s.Mechanism == IAM:
		return "the AWS credentials"
	case s.Mechanism == oauthBearer && s.OAuth.ClientID != "":
		return fmt.Sprintf("the token of client %q", s.OAuth.ClientID)
	case s.Mechanism == oauthBearer:
		return "the token of " + s.OAuth.TokenFile
	case s.Mechanism == gssapi:
		return "principal " + s.Kerberos.Principal
	}
	return fmt.Sprintf("user %q", s.Username)
}

// check says what may be wrong when a broker refuses.
func (s SASL) check(names Names) string {
	switch s.Mechanism {
	case IAM:
		return fmt.Sprintf("check that the identity's policy allows %s on the cluster, that the credentials have not expired, %s, and the clock of this machine",
			connectAction, names.Of("sasl.aws.region"))
	case oauthBearer:
		return "check that it has not expired, that its issuer, audience and scope are those that the broker expects, and the clock of this machine"
	case gssapi:
		return fmt.Sprintf("check %s, the broker's keytab, and that the clocks agree", names.Of("sasl.kerberos.service_name"))
	}
	return fmt.Sprintf("check %s, %s and %s", names.Of("sasl.username"), names.Of("sasl.password"), names.Of("sasl.mechanism"))
}

func isScramFailure(err error) bool {
	return strings.Contains(err.Error(), "scram") || strings.Contains(err.Error(), "SCRAM")
}
