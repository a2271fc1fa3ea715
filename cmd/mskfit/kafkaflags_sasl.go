package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/mskfit/mskfit/collector/kafka/auth"
	"github.com/mskfit/mskfit/internal/secret"
)

// addSASL gives a command the flags that say how to log in. None takes a secret.
func addSASL(cmd *cobra.Command, s *auth.SASL) {
	f, known := cmd.Flags(), auth.Mechanisms()
	last := len(known) - 1
	f.StringVar(&s.Mechanism, "sasl-mechanism", "",
		"authenticate with `MECHANISM`: "+strings.Join(known[:last], ", ")+" or "+known[last])
	f.StringVar(&s.Username, "sasl-username", "", "user `NAME`, for PLAIN and SCRAM")
	f.StringVar(&s.PasswordFile, "sasl-password-file", "", "`FILE` with the password (default: the variable "+passwordVariable+")")
	f.StringVar(&s.AWS.Region, "aws-region", "",
		"AWS_MSK_IAM: `REGION` of the cluster (default: the one in its brokers' names, else AWS_REGION)")
	f.StringVar(&s.AWS.Profile, "aws-profile", "",
		"AWS_MSK_IAM: `NAME` of a profile in the shared AWS files (default: AWS_PROFILE, else the default chain)")
	f.StringVar(&s.AWS.RoleARN, "aws-role-arn", "", "AWS_MSK_IAM: `ARN` of a role to assume first")
	f.StringVar(&s.AWS.ExternalID, "aws-external-id", "", "AWS_MSK_IAM: external `ID` that the role asks for")
	f.StringVar(&s.OAuth.TokenURL, "oauth-token-url", "", "OAUTHBEARER: `URL` of the token server (client credentials)")
	f.StringVar(&s.OAuth.ClientID, "oauth-client-id", "", "OAUTHBEARER: `ID` of the client at the token server")
	f.StringVar(&s.OAuth.ClientSecretFile, "oauth-client-secret-file", "",
		"OAUTHBEARER: `FILE` with its secret (default: the variable "+clientSecretVariable+")")
	f.StringSliceVar(&s.OAuth.Scopes, "oauth-scopes", nil, "OAUTHBEARER: `SCOPE`s to ask for, separated by commas")
	f.StringVar(&s.OAuth.TokenFile, "oauth-token-file", "",
		"OAUTHBEARER: `FILE` with a token, read again at each login, instead of a token server")
	f.StringToStringVar(&s.OAuth.Extensions, "oauth-extensions", nil,
		"OAUTHBEARER: `NAME=VALUE` pairs to send with the token, separated by commas")
	f.Lookup("oauth-extensions").DefValue = "" // else the help shows an empty map
	f.StringVar(&s.Kerberos.Principal, "kerberos-principal", "", "GSSAPI: `NAME` to log in as, as user@REALM")
	f.StringVar(&s.Kerberos.KeytabFile, "kerberos-keytab", "", "GSSAPI: `FILE` with its keys")
	f.StringVar(&s.Kerberos.ConfigFile, "kerberos-config", "",
		"GSSAPI: krb5.conf `FILE` (default: the variable KRB5_CONFIG, else /etc/krb5.conf)")
	f.StringVar(&s.Kerberos.ServiceName, "kerberos-service", "", "GSSAPI: service `NAME` of the brokers (default: kafka)")
	complete(cmd, "sasl-mechanism", known)
}

// withSecrets takes what no flag may hold from the environment.
func withSecrets(s auth.SASL) auth.SASL {
	s.Mechanism = strings.ToUpper(s.Mechanism)
	if s.UsesPassword() && s.PasswordFile == "" {
		s.Password = secret.New(os.Getenv(passwordVariable))
	}
	if s.OAuth.TokenURL != "" && s.OAuth.ClientSecretFile == "" {
		s.OAuth.ClientSecret = secret.New(os.Getenv(clientSecretVariable))
	}
	return s
}

// checkSecrets says where a secret can be given; the collector would only say that there is none.
func checkSecrets(s auth.SASL) error {
	var errs []error
	if s.UsesPassword() && s.Password.IsZero() && s.PasswordFile == "" {
		errs = append(errs, fmt.Errorf("--sasl-mechanism %s needs a password: pass a file with --sasl-password-file, or set %s",
			s.Mechanism, passwordVariable))
	}
	if s.OAuth.TokenURL != "" && s.OAuth.ClientSecret.IsZero() && s.OAuth.ClientSecretFile == "" {
		errs = append(errs, fmt.Errorf("--oauth-token-url needs the client's secret: pass a file with --oauth-client-secret-file, or set %s", clientSecretVariable))
	}
	return errors.Join(errs...)
}
