package main

import (
	"reflect"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/mskfit/mskfit/collector/kafka"
	"github.com/mskfit/mskfit/collector/kafka/auth"
	"github.com/mskfit/mskfit/internal/secret"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

// Every field that the collector may name in a message has a flag or other words; a field name would send the reader to a file
// that does not exist.
func TestEveryFieldHasAFlag(t *testing.T) {
	cmd := &cobra.Command{}
	addKafka(cmd)
	for section, typ := range map[string]reflect.Type{"tls.": reflect.TypeFor[auth.TLS](), "sasl.": reflect.TypeFor[auth.SASL]()} {
		for _, field := range fieldsOf(section, typ) {
			name := flagName(field)
			if name == field {
				t.Errorf("%s has no flag", field)
			}
			if flag, isFlag := strings.CutPrefix(name, "--"); isFlag && cmd.Flags().Lookup(flag) == nil {
				t.Errorf("%s is called %s, which is no flag", field, name)
			}
		}
	}
}

// fieldsOf names the fields of a section and of the sections in it.
func fieldsOf(section string, typ reflect.Type) (names []string) {
	for _, f := range reflect.VisibleFields(typ) {
		name := section + f.Tag.Get("yaml")
		names = append(names, name)
		if f.Type.Kind() == reflect.Struct && f.Type != reflect.TypeFor[secret.String]() {
			names = append(names, fieldsOf(name+".", f.Type)...)
		}
	}
	return names
}

func TestKafkaFlags(t *testing.T) {
	t.Setenv(passwordVariable, "s3cret")
	t.Setenv(clientSecretVariable, "s3cret-too")
	for _, tt := range []struct {
		args []string
		want func(*kafka.Config)
	}{
		{[]string{"-b", "a:1,b:2"}, func(c *kafka.Config) { c.Bootstrap = []string{"a:1", "b:2"} }},
		{[]string{"-b", "a:1", "--tls"}, func(c *kafka.Config) { c.TLS.Enabled = true }},
		{[]string{"-b", "a:1", "--tls-server-name", "kafka"},
			func(c *kafka.Config) { c.TLS.Enabled, c.TLS.ServerName = true, "kafka" }},
		{[]string{"-b", "a:1", "--no-sampling", "--cluster", "shop"},
			func(c *kafka.Config) { c.SampleBatches, c.Cluster = false, "shop" }},
		{[]string{"-b", "a:1", "--sasl-mechanism", "plain", "--sasl-username", "u", "--sasl-password-file", "f"},
			func(c *kafka.Config) {
				c.SASL = auth.SASL{Mechanism: "PLAIN", Username: "u", PasswordFile: "f"}
			}},
		{[]string{"-b", "a:1", "--sasl-mechanism", "aws_msk_iam", "--aws-role-arn", "arn:aws:iam::123456789012:role/watch",
			"--aws-external-id", "x1"}, func(c *kafka.Config) {
			c.TLS.Enabled = true
			c.SASL = auth.SASL{Mechanism: "AWS_MSK_IAM",
				AWS: auth.AWS{RoleARN: "arn:aws:iam::123456789012:role/watch", ExternalID: "x1"}}
		}},
		{[]string{"-b", "a:1", "--sasl-mechanism", "OAUTHBEARER", "--oauth-token-url", "https://id/token", "--oauth-client-id", "u",
			"--oauth-scopes", "a,b", "--oauth-extensions", "x=1"}, func(c *kafka.Config) {
			c.SASL = auth.SASL{Mechanism: "OAUTHBEARER", OAuth: auth.OAuth{
				TokenURL: "https://id/token", ClientID: "u", ClientSecret: secret.New("s3cret-too"), Scopes: []string{"a", "b"},
				Extensions: map[string]string{"x": "1"},
			}}
		}},
		{[]string{"-b", "a:1", "--sasl-mechanism", "GSSAPI", "--kerberos-principal", "u@R", "--kerberos-keytab", "k"},
			func(c *kafka.Config) {
				c.SASL = auth.SASL{Mechanism: "GSSAPI", Kerberos: auth.Kerberos{Principal: "u@R", KeytabFile: "k"}}
			}},
	} {
		cmd := &cobra.Command{}
		k := addKafka(cmd)
		if err := cmd.ParseFlags(tt.args); err != nil {
			t.Fatal(err)
		}
		got, err := k.config()
		got.Names = nil // functions do not compare
		want := kafka.DefaultConfig()
		want.Bootstrap = []string{"a:1"}
		tt.want(&want)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q:\ngot  %+v, %v\nwant %+v", tt.args, got, err, want)
		}
	}
}

func TestPasswordOfTheEnvironment(t *testing.T) {
	t.Setenv(passwordVariable, "s3cret")
	cmd := &cobra.Command{}
	k := addKafka(cmd)
	if err := cmd.ParseFlags([]string{"-b", "a:1", "--sasl-mechanism", "PLAIN", "--sasl-username", "u"}); err != nil {
		t.Fatal(err)
	}
	if c, err := k.config(); err != nil || c.SASL.Password.Reveal() != "s3cret" {
		t.Errorf("got %v, %v", c.SASL.Password, err)
	}
}

// Errors carry their field; what is wrong with it keeps its words.
func TestErrorsOfFieldsAreErrorsOfFlags(t *testing.T) {
	for _, tt := range []struct{ field, want string }{
		{"tls.key_file", "--tls-key: the client certificate needs its key"},
		{"bootstrap[1]", "--bootstrap[1]: the client certificate needs its key"},
		{"slow_every", "slow_every: the client certificate needs its key"}, // no flag sets it
	} {
		if got := inFlags(yamlfile.Invalid(tt.field, "the client certificate needs its key")).Error(); got != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}
