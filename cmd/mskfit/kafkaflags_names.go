package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/mskfit/mskfit/internal/yamlfile"
)

// flagNames are the flags of the collector's fields, and words for what no flag sets.
var flagNames = map[string]string{
	"bootstrap": "--bootstrap", "timeout": "--timeout", "backfill": "--backfill",

	"tls": "--tls", "tls.enabled": "--tls", "tls.ca_file": "--tls-ca", "tls.cert_file": "--tls-cert", "tls.key_file": "--tls-key",
	"tls.server_name": "--tls-server-name", "tls.insecure_skip_verify": "--tls-insecure-skip-verify",

	"sasl": "the --sasl flags", "sasl.mechanism": "--sasl-mechanism", "sasl.username": "--sasl-username",
	"sasl.password":      "the password",
	"sasl.password_file": "--sasl-password-file",

	"sasl.aws": "the --aws flags", "sasl.aws.region": "--aws-region", "sasl.aws.profile": "--aws-profile",
	"sasl.aws.role_arn": "--aws-role-arn", "sasl.aws.external_id": "--aws-external-id",

	"sasl.oauth": "the --oauth flags", "sasl.oauth.token_url": "--oauth-token-url", "sasl.oauth.token_file": "--oauth-token-file",
	"sasl.oauth.client_id": "--oauth-client-id", "sasl.oauth.client_secret": "the client secret",
	"sasl.oauth.client_secret_file": "--oauth-client-secret-file", "sasl.oauth.scopes": "--oauth-scopes",
	"sasl.oauth.extensions": "--oauth-extensions",

	"sasl.kerberos": "the --kerberos flags", "sasl.kerberos.principal": "--kerberos-principal",
	"sasl.kerberos.keytab_file": "--kerberos-keytab", "sasl.kerberos.config_file": "--kerberos-config",
	"sasl.kerberos.service_name": "--kerberos-service",
}

// flagName is what the command line calls a field of the collector's configuration; an index stays behind it. A field that only
// files have keeps its path.
func flagName(field string) string {
	path, index, indexed := strings.Cut(field, "[")
	name, ok := flagNames[path]
	switch {
	case !ok:
		return field
	case indexed:
		return name + "[" + index
	}
	return name
}

// inFlags writes the errors of fields as errors of their flags.
func inFlags(err error) error {
	var out []error
	for _, e := range unjoined(err) {
		if fe, ok := errors.AsType[*yamlfile.FieldError](e); ok {
			e = fmt.Errorf("%s: %s", flagName(fe.Field), fe.Message)
		}
		out = append(out, e)
	}
	return errors.Join(out...)
}

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
