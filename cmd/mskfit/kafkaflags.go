package main

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/mskfit/mskfit/collector/kafka"
	"github.com/mskfit/mskfit/collector/kafka/auth"
	"github.com/mskfit/mskfit/internal/workload"
)

// passwordVariable holds the SASL password where no file does. There is no flag for it: what is on a command line is
// seen by every user of the machine, and stays in the shell's history.
const passwordVariable = "MSKFIT_SASL_PASSWORD"

// clientSecretVariable is the same for the secret of an OAuth client.
const clientSecretVariable = "MSKFIT_OAUTH_CLIENT_SECRET"

// kafkaFlags say how to reach a cluster.
type kafkaFlags struct {
	bootstrap  []string
	cluster    string
	tls        auth.TLS
	sasl       auth.SASL
	timeout    time.Duration
	noSampling bool
	// backfill is how far is read back; the commands that do set it.
	backfill workload.Span
}

// addKafka gives a command the flags of a Kafka client.
func addKafka(cmd *cobra.Command) *kafkaFlags {
	k, d := &kafkaFlags{}, kafka.DefaultConfig()
	k.backfill = d.Backfill
	f := cmd.Flags()
	f.StringSliceVarP(&k.bootstrap, "bootstrap", "b", nil, "`HOST:PORT` of bootstrap brokers, separated by commas")
	f.StringVar(&k.cluster, "cluster", "", "`NAME` of the cluster in the verdict (default: the id that the brokers report)")
	f.DurationVar(&k.timeout, "timeout", d.Timeout, "timeout `DURATION` for connecting to a broker, and for each request")
	f.BoolVar(&k.tls.Enabled, "tls", false, "encrypt the connections; any other --tls flag implies it")
	f.StringVar(&k.tls.CAFile, "tls-ca", "", "PEM `FILE` with the certificates to trust (default: the system's)")
	f.StringVar(&k.tls.CertFile, "tls-cert", "", "PEM `FILE` with this client's certificate, for mutual TLS")
	f.StringVar(&k.tls.KeyFile, "tls-key", "", "PEM `FILE` with its key")
	f.StringVar(&k.tls.ServerName, "tls-server-name", "", "`NAME` to expect in the brokers' certificates (default: the host)")
	f.BoolVar(&k.tls.InsecureSkipVerify, "tls-insecure-skip-verify", false, "accept any certificate: for tests only")
	addSASL(cmd, &k.sasl)
	f.BoolVar(&k.noSampling, "no-sampling", false,
		"do not read headers of record batches; needs no Read permission, gives wider bounds")
	return k
}

// config returns the collector's configuration; its errors speak of flags.
func (k *kafkaFlags) config() (kafka.Config, error) {
	c := kafka.DefaultConfig()
	c.Bootstrap, c.Cluster, c.Timeout, c.SampleBatches = k.bootstrap, k.cluster, k.timeout, !k.noSampling
	c.SASL = withSecrets(k.sasl)
	c.TLS, c.Backfill, c.Names = k.tls, k.backfill, flagName
	c.TLS.Enabled = c.TLS != auth.TLS{} || c.SASL.Mechanism == auth.IAM // which there is only over TLS
	// What only a command line can get wrong comes first; Validate would say the same in other words.
	if err := errors.Join(k.checkBootstrap(), checkSecrets(c.SASL)); err != nil {
		return kafka.Config{}, err
	}
	return c, inFlags(c.Validate())
}

// checkBootstrap asks for what the configuration file may leave out: on a command line, a host without a port is more often a
// slip than a choice of 9092.
func (k *kafkaFlags) checkBootstrap() error {
	if len(k.bootstrap) == 0 {
		return errors.New("which cluster? pass its brokers with -b HOST:PORT,…")
	}
	var errs []error
	for _, b := range k.bootstrap {
		switch _, rest, scheme := strings.Cut(b, "://"); {
		case scheme:
			errs = append(errs, fmt.Errorf("--bootstrap %s: write host and port without the scheme, like %s", b, rest))
		case b != "" && !strings.Contains(b, ":"):
			errs = append(errs, fmt.Errorf("--bootstrap %s: the port is missing: write %[1]s:9092, or the port of your listener",
				b))
		}
	}
	return errors.Join(errs...)
}
