package main

import (
	"errors"
	"strings"
)

// flagNames are the flags of the configuration file's fields, in whose words the collector explains what went wrong. Longer
// names come before those that they begin with.
var flagNames = strings.NewReplacer(
	"tls.ca_file", "--tls-ca", "tls.cert_file", "--tls-cert", "tls.key_file", "--tls-key", "tls.server_name", "--tls-server-name",
	"turn tls.enabled off", "leave out --tls", "tls.enabled", "--tls", "tls.insecure_skip_verify", "--tls-insecure-skip-verify",
	"sasl.aws.region", "--aws-region", "sasl.aws.profile", "--aws-profile", "sasl.aws.role_arn", "--aws-role-arn",
	"sasl.aws.external_id", "--aws-external-id",
	"sasl.aws: ", "the --aws flags: ", "another as profile", "another as --aws-profile", "AWS_PROFILE or profile", "--aws-profile",
	"set role_arn", "set --aws-role-arn",
	"sasl.oauth.token_url", "--oauth-token-url", "sasl.oauth.token_file", "--oauth-token-file", "sasl.oauth.client_id",
	"--oauth-client-id",
	"sasl.oauth.client_secret_file", "--oauth-client-secret-file", "sasl.oauth.client_secret", "the client secret",
	"sasl.oauth.scopes", "--oauth-scopes", "sasl.oauth.extensions", "--oauth-extensions",
	"keep token_url or token_file", "keep one of the two", "token comes from token_file", "token comes from --oauth-token-file",
	"a file as token_file", "a file with --oauth-token-file",
	"sasl.kerberos.principal", "--kerberos-principal", "sasl.kerberos.keytab_file", "--kerberos-keytab",
	"sasl.kerberos.config_file", "--kerberos-config", "sasl.kerberos.service_name", "--kerberos-service",
	"sasl.aws", "the --aws flags", "sasl.oauth", "the --oauth flags", "sasl.kerberos", "the --kerberos flags",
	"set mechanism to that", "set --sasl-mechanism to that",
	"sasl.mechanism", "--sasl-mechanism", "sasl.username", "--sasl-username", "sasl.password_file", "--sasl-password-file",
	"sasl.password", "the password", "leave sasl out", "leave out the --sasl flags", "raise timeout", "raise --timeout",
	"check port, tls and sasl", "check port, --tls and --sasl flags", "cert_file", "--tls-cert", "key_file", "--tls-key",
	"bootstrap[", "--bootstrap[", "timeout: ", "--timeout: ", "backfill: ", "--backfill: ",
)

// inFlags retells errors of the collector in the words of the command line.
func inFlags(err error) error {
	var out []error
	for _, e := range unjoined(err) {
		out = append(out, &retold{err: e})
	}
	return errors.Join(out...)
}

// retold reads in flags and unwraps to the error in fields.
type retold struct{ err error }

func (r *retold) Error() string { return flagNames.Replace(r.err.Error()) }
func (r *retold) Unwrap() error { return r.err }

// unjoined takes apart what errors.Join put together; nil is nothing.
func unjoined(err error) []error {
	many, ok := err.(interface{ Unwrap() []error })
	switch {
	case err == nil:
		return nil
	case !ok:
		return []error{err}
	}
	var out []error
	for _, e := range many.Unwrap() {
		out = append(out, unjoined(e)...)
	}
	return out
}
