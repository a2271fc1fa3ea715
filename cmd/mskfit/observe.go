package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"github.com/mskfit/mskfit/analyzer"
	"github.com/mskfit/mskfit/collector/kafka"
	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/observe"
	"github.com/mskfit/mskfit/internal/progress"
	"github.com/mskfit/mskfit/internal/report/past"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/internal/workloadfile"
	"github.com/mskfit/mskfit/internal/yamlfile"
)

// observeMinWindow is how much data observe needs for a decision. Whoever looks for a minute wants the answer of a minute, and
// the verdict's confidence says how little it rests on.
const observeMinWindow = time.Second

func newObserve() *cobra.Command {
	var plan observe.Plan
	var region, requirements string
	var overlay overlayFlag
	cmd := &cobra.Command{
		Use:   "observe -b HOST:PORT,…",
		Short: "Observe a Kafka cluster for a while and print the verdict",
		Long: `Observe a Kafka cluster for a while, measure its traffic, and print which Amazon MSK cluster it needs, at what price and
why. Nothing on the cluster is changed: mskfit permissions lists all requests.

At the same time it reads back earlier ingress from the log, by the offsets of earlier times: at most 450 small
requests to each broker for 14 days, and no more than 500 partitions a second. --backfill 0 turns that off.

Ctrl-C prints the verdict so far, marked as partial.

` + overlayHelp,
		Example: `  mskfit observe -b kafka-1:9092,kafka-2:9092
  mskfit observe -b kafka:9094 --tls-ca ca.pem \
      --sasl-mechanism SCRAM-SHA-512 --sasl-username mskfit --sasl-password-file pw
  mskfit observe -b boot-abc.c1.kafka-serverless.eu-west-1.amazonaws.com:9098 --sasl-mechanism AWS_MSK_IAM
  mskfit observe -b kafka:9092 --for 10m -r requirements.yaml --region eu-central-1 --out verdict.html`,
		Args: cobra.NoArgs,
	}
	f := cmd.Flags()
	f.DurationVar(&plan.For, "for", time.Minute, "observe for `DURATION`")
	f.DurationVar(&plan.Interval, "interval", 0, "`DURATION` between sweeps (default: a twelfth of --for, 1s to 1m)")
	f.StringVar(&region, "region", "us-east-1", "AWS `REGION` of the MSK cluster, for prices")
	f.StringVarP(&requirements, "requirements", "r", "",
		"YAML `FILE` with what cannot be measured: the requirements block of a workload file")
	overlay.addTo(cmd, "the default ones")
	completeRegions(cmd)
	k, out := addKafka(cmd), addOutput(cmd)
	f.Var((*spanFlag)(&k.backfill), "backfill", "`DURATION` of earlier time to read back, limited by the logs; 0 for none")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		c, err := overlay.open(cmd.ErrOrStderr(), out.quiet, "")
		if err != nil {
			return usage(err)
		}
		in, err := observeInput(out, c, region, requirements)
		plan.Backfill = k.backfill.Duration()
		cfg, kafkaErr := k.config()
		if err := errors.Join(kafkaErr, asFlags(plan.Validate()), err); err != nil {
			return usage(err)
		}
		o := observation{cfg: cfg, plan: plan, in: in, out: out}
		o.log, o.line = out.open(cmd.ErrOrStderr())
		return o.run(cmd)
	}
	return cmd
}

// observeInput is all of the analyzer's input that is known before the first look. It reports every problem at once.
func observeInput(out *output, c *catalog.Catalog, region, requirements string) (analyzer.Input, error) {
	in := analyzer.Input{Workload: workload.Workload{Region: region}, Catalog: c, Options: analyzer.DefaultOptions()}
	in.Options.Profile, in.Options.MinWindow = out.profile, observeMinWindow
	errs := []error{out.check(c)}
	if _, err := c.Region(region); err != nil {
		errs = append(errs, fmt.Errorf("--region: %w", err))
	}
	if requirements != "" {
		data, err := os.ReadFile(requirements)
		if err == nil {
			in.Requirements, err = workloadfile.ParseRequirements(requirements, data)
		}
		errs = append(errs, err)
	}
	return in, errors.Join(errs...)
}

// observation is one observation of one cluster, ready to begin.
type observation struct {
	cfg  kafka.Config
	plan observe.Plan
	in   analyzer.Input
	out  *output
	log  zerolog.Logger
	line *progress.Line
}

// run observes as planned and prints the verdict. Once interrupted it prints what is known, and the command ends with the code of
// an interruption whatever else there is to say.
func (o observation) run(cmd *cobra.Command) error {
	src, err := kafka.New(o.cfg, o.log)
	if err != nil {
		return usage(err) // a file that cannot be read
	}
	defer src.Close()
	o.announce(cmd)
	back := &readBack{cfg: o.cfg, log: o.log}
	o.plan.Past = back
	counted := 0
	r, err := observe.Run(cmd.Context(), src, o.plan, time.Now, func(p observe.Progress) {
		o.line.Show(p.String())
		if p.Counted > counted {
			counted = p.Counted
			o.log.Debug().Int("sweeps", counted).Msg("sweep counted")
		}
	})
	o.line.Erase()
	if err != nil {
		return failed(err)
	}
	o.logCost(r, src.Stats(), back.stats())
	err = o.out.print(cmd, answer{verdict: observe.Decide(r, o.in, time.Now()), past: past.FromSamples(r.All(), o.out.zone)})
	if r.Interrupted {
		return &codedError{code: exitInterrupted, err: errors.Join(errors.New("interrupted: the verdict is partial"), err)}
	}
	return err
}

// announce writes a line to stderr where the verdict goes to a file and no terminal shows how far it has come.
func (o observation) announce(cmd *cobra.Command) {
	if o.line == nil && !o.out.quiet && !o.out.toStdout() {
		fmt.Fprintf(cmd.ErrOrStderr(), "observing %s for %s\n", strings.Join(o.cfg.Bootstrap, ", "), o.plan.For)
	}
}

// logCost logs what the scan has asked of the cluster, and apart from it what reading back has.
func (o observation) logCost(r observe.Result, scan, back kafka.Stats) {
	o.log.Info().Int("sweeps", len(r.Samples)).Int("failed_sweeps", len(r.Failures)).Int64("requests", scan.Total()).
		Int64("bytes_sent", scan.BytesSent).Int64("bytes_received", scan.BytesReceived).Int64("read_back_requests", back.Total()).
		Int64("read_back_bytes", back.BytesSent+back.BytesReceived).Msg("observation finished")
}

// asFlags retells errors about the plan's fields as errors about flags of the same names.
func asFlags(err error) error {
	var out []error
	for _, e := range unjoined(err) {
		var fe *yamlfile.FieldError
		if errors.As(e, &fe) {
			e = fmt.Errorf("--%s: %s", fe.Field, fe.Message)
		}
		out = append(out, e)
	}
	return errors.Join(out...)
}
