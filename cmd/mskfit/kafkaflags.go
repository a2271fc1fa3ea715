package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/mskfit/mskfit/collector/kafka"
	"github.com/mskfit/mskfit/internal/secret"
)

// passwordVariable holds the SASL password where no file does. There is no flag for it: what stands on a command line is
// seen by every user of the machine, and stays in the shell's history.
const passwordVariable = "MSKFIT_SASL_PASSWORD"

// kafkaFlags say how to reach a cluster.
type kafkaFlags struct {
	bootstrap    []string
	cluster      string
	tls          kafka.TLS
	mechanism    string
	username     string
	passwordFile string
	timeout      time.Duration
	noSampling   bool
}

// addKafka gives a command the flags of a Kafka client.
func addKafka(cmd *cobra.Command) *kafkaFlags {
	k, d := &kafkaFlags{}, kafka.DefaultConfig()
	f := cmd.Flags()
	f.StringSliceVarP(&k.bootstrap, "bootstrap", "b", nil, "`HOST:PORT` of brokers to begin with, separated by commas")
	f.StringVar(&k.cluster, "cluster", "", "`NAME` of the cluster in the verdict (default: the id that the brokers report)")
	f.DurationVar(&k.timeout, "timeout", d.Timeout, "`DURATION` that bounds connecting to a broker, and each request")
	f.BoolVar(&k.tls.Enabled, "tls", false, "encrypt the connections; any other --tls flag implies it")
	f.StringVar(&k.tls.CAFile, "tls-ca", "", "PEM `FILE` with the certificates to trust (default: the system's)")
	f.StringVar(&k.tls.CertFile, "tls-cert", "", "PEM `FILE` with this client's certificate, for mutual TLS")
	f.StringVar(&k.tls.KeyFile, "tls-key", "", "PEM `FILE` with its key")
	f.StringVar(&k.tls.ServerName, "tls-server-name", "", "`NAME` to expect in the brokers' certificates (default: the host)")
	f.BoolVar(&k.tls.InsecureSkipVerify, "tls-insecure-skip-verify", false, "accept any certificate: for tests only")
	f.StringVar(&k.mechanism, "sasl-mechanism", "", "authenticate with `MECHANISM`: PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512")
	f.StringVar(&k.username, "sasl-username", "", "user `NAME`")
	f.StringVar(&k.passwordFile, "sasl-password-file", "", "`FILE` with the password (default: the variable "+passwordVariable+")")
	f.BoolVar(&k.noSampling, "no-sampling", false, "read no headers of record batches; needs no Read permission, bounds are wider")
	complete(cmd, "sasl-mechanism", []string{"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"})
	return k
}

// config returns the collector's configuration; its errors speak of flags.
func (k *kafkaFlags) config() (kafka.Config, error) {
	c := kafka.DefaultConfig()
	c.Bootstrap, c.Cluster, c.Timeout, c.SampleBatches = k.bootstrap, k.cluster, k.timeout, !k.noSampling
	c.TLS = k.tls
	c.TLS.Enabled = c.TLS != kafka.TLS{}
	c.SASL = kafka.SASL{Mechanism: strings.ToUpper(k.mechanism), Username: k.username, PasswordFile: k.passwordFile}
	if c.SASL.Mechanism != "" && k.passwordFile == "" {
		c.SASL.Password = secret.New(os.Getenv(passwordVariable))
	}
	// What only a command line can get wrong comes first; Validate would say the same in other words.
	if err := errors.Join(k.checkBootstrap(), k.checkPassword(c.SASL)); err != nil {
		return kafka.Config{}, err
	}
	return c, inFlags(c.Validate())
}

// checkBootstrap asks for what the configuration file may leave out: on a command line, a host without a port is more often a
// slip than a wish for 9092.
func (k *kafkaFlags) checkBootstrap() error {
	if len(k.bootstrap) == 0 {
		return errors.New("which cluster? name its brokers with -b HOST:PORT,…")
	}
	var errs []error
	for _, b := range k.bootstrap {
		switch _, rest, scheme := strings.Cut(b, "://"); {
		case scheme:
			errs = append(errs, fmt.Errorf("--bootstrap %s: write host and port without the scheme, like %s", b, rest))
		case b != "" && !strings.Contains(b, ":"):
			errs = append(errs, fmt.Errorf("--bootstrap %s: the port is missing: write %[1]s:9092, or the port of your listener", b))
		}
	}
	return errors.Join(errs...)
}

func (k *kafkaFlags) checkPassword(s kafka.SASL) error {
	if s.Mechanism != "" && s.Password.IsZero() && s.PasswordFile == "" {
		return fmt.Errorf("--sasl-mechanism %s needs a password: name a file with --sasl-password-file, or set %s", s.Mechanism, passwordVariable)
	}
	return nil
}

// flagNames are the flags of the configuration file's fields, in whose words the collector explains what went wrong. Longer
// names stand before those that they begin with.
var flagNames = strings.NewReplacer(
	"tls.ca_file", "--tls-ca", "tls.cert_file", "--tls-cert", "tls.key_file", "--tls-key", "tls.server_name", "--tls-server-name",
	"turn tls.enabled off", "leave out --tls", "tls.enabled", "--tls", "tls.insecure_skip_verify", "--tls-insecure-skip-verify",
	"sasl.mechanism", "--sasl-mechanism", "sasl.username", "--sasl-username", "sasl.password_file", "--sasl-password-file",
	"sasl.password", "the password", "leave sasl out", "leave out the --sasl flags", "raise timeout", "raise --timeout",
	"check port, tls and sasl", "check port, --tls and --sasl flags", "cert_file", "--tls-cert", "key_file", "--tls-key",
	"bootstrap[", "--bootstrap[", "timeout: ", "--timeout: ",
)

// inFlags retells errors of the collector in the words of the command line.
func inFlags(err error) error {
	var out []error
	for _, e := range unjoined(err) {
		out = append(out, &retold{err: e})
	}
	return errors.Join(out...)
}

// retold reads in flags and unwraps to what was told in fields.
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
