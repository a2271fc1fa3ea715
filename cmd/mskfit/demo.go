package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"github.com/mskfit/mskfit/collector/kafka"
	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/config"
	"github.com/mskfit/mskfit/internal/daemon"
	"github.com/mskfit/mskfit/internal/demo"
	"github.com/mskfit/mskfit/internal/observe"
	"github.com/mskfit/mskfit/internal/report/past"
	"github.com/mskfit/mskfit/internal/report/view"
	"github.com/mskfit/mskfit/internal/workload"
	"github.com/mskfit/mskfit/verdict"
)

// demoName is the name of the demo's cluster.
const demoName = "demo"

func newDemo() *cobra.Command {
	plan := observe.Plan{}
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Run the whole program on a Kafka inside it; nothing else is needed",
		Long: `Start a Kafka inside this program with the live workload of a web shop, watch it as mskfit run does, with the
dashboard, and print the verdict at the end. The days before the start are made up, so that charts and forecast have
something to show. Nothing outside this process is touched; it listens on loopback only and leaves no file behind.`,
		Example: `  mskfit demo
  mskfit demo --for 10m                          # time to look around in the dashboard`,
		Args: cobra.NoArgs,
	}
	cmd.Flags().DurationVar(&plan.For, "for", 30*time.Second, "run for `DURATION`")
	out := addOutput(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		c, err := catalog.InForce("")
		if err != nil {
			return usage(err)
		}
		if err := errors.Join(asFlags(plan.Validate()), out.check(c)); err != nil {
			return usage(err)
		}
		s := show{out: out, length: plan.For}
		return s.run(cmd)
	}
	return cmd
}

// show is one run of the demo.
type show struct {
	out    *output
	length time.Duration
}

func (s show) run(cmd *cobra.Command) error {
	ctx := cmd.Context()
	log, line := s.out.open(cmd.ErrOrStderr())
	defer line.Erase()
	line.Show("starting a Kafka inside this program")
	cluster, err := demo.Start(ctx, demo.Options{Log: log})
	if err == nil {
		defer cluster.Close()
	}
	switch {
	case ctx.Err() != nil:
		return &codedError{code: exitInterrupted, err: errors.New("interrupted before the embedded Kafka was up")}
	case err != nil:
		return failed(err)
	}
	dir, err := os.MkdirTemp("", "mskfit-demo-")
	if err != nil {
		return failed(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	d, err := daemon.Open(ctx, s.config(dir, cluster.Bootstrap()), daemon.Options{Version: currentVersion(), Log: zerolog.Nop()})
	if err != nil {
		return failed(err)
	}
	line.Show("making up the days before")
	seedErr := s.seed(ctx, d, cluster.Bootstrap())
	line.Erase()
	if ctx.Err() == nil && seedErr != nil {
		return failed(errors.Join(seedErr, d.Close()))
	}
	if !s.out.quiet {
		longer := ""
		if s.length < 10*time.Minute {
			longer = "; --for 10m gives more time to look around"
		}
		fmt.Fprintf(cmd.ErrOrStderr(), "An embedded Kafka runs at %s:\n%s.\nDashboard: http://%s/clusters/%s\nThe days before the start are made up. The demo ends in %s with the verdict%s.\n\n",
			cluster.Bootstrap()[0], demo.Summary(), d.Address(), demoName, workload.FormatDuration(s.length), longer)
	}
	return s.watch(cmd, d, line.Show)
}

// config is the configuration of a daemon that watches the demo's cluster and hurries.
func (s show) config(dir string, bootstrap []string) config.Config {
	cfg := config.Default()
	cfg.DataDir = dir
	k := &config.Kafka{}
	k.SetDefaults()
	k.Bootstrap, k.Backfill = bootstrap, 0
	cfg.Clusters = []config.Cluster{{Name: demoName, Region: cfg.Region, Kafka: k}}
	cfg.Timezone = s.out.timezone
	cfg.Agent.Collect, cfg.Agent.Analyze, cfg.Agent.Report = "@every 10s", "@every 30s", ""
	if l, err := net.Listen("tcp", cfg.Web.Listen); err != nil {
		cfg.Web.Listen = "127.0.0.1:0" // a daemon runs here already
	} else {
		_ = l.Close()
	}
	return cfg
}

// templateGap is the time between the two sweeps that the past is made up from.
const templateGap = 2 * time.Second

// seed writes the days before into the history, and what the alerts would have said of yesterday's sale.
func (s show) seed(ctx context.Context, d *daemon.Daemon, bootstrap []string) error {
	cfg := kafka.DefaultConfig()
	cfg.Bootstrap, cfg.Cluster = bootstrap, demoName
	src, err := kafka.New(cfg, zerolog.Nop())
	if err != nil {
		return err
	}
	defer src.Close()
	if _, err := src.Collect(ctx, workload.Window{}); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(templateGap):
	}
	like, err := src.Collect(ctx, workload.Window{})
	if err != nil {
		return err
	}
	like.Cluster = demoName
	now := time.Now()
	if err := d.History().Append(ctx, like); err != nil { // with the posture
		return err
	}
	err = demo.Past(like, now, demoHot, func(s workload.Sample) error {
		if err := ctx.Err(); err != nil {
			return err
		}
		return d.History().Append(ctx, s)
	})
	return errors.Join(err, d.Rehearse(ctx, demoName, demo.Spike(now)))
}

// demoHot is what the hottest partition takes during the sale: 92 % of the 5 MB/s that Serverless allows a partition.
const demoHot = 4.6e6

// watch runs the daemon until the time is up or somebody stops it, and prints the verdict.
func (s show) watch(cmd *cobra.Command, d *daemon.Daemon, show func(string)) error {
	until := time.Now().Add(s.length)
	ctx, stop := context.WithDeadline(cmd.Context(), until)
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- d.Run(ctx, nil) }()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for ctx.Err() == nil {
		show(fmt.Sprintf("http://%s/clusters/%s, %s left", d.Address(), demoName, time.Until(until).Round(time.Second)))
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
	show("")
	v, p, err := s.verdict(cmd.Context(), d)
	runErr := <-ended
	if errors.Is(runErr, context.DeadlineExceeded) || errors.Is(runErr, context.Canceled) {
		runErr = nil
	}
	err = errors.Join(err, runErr, d.Close())
	if err != nil {
		if cmd.Context().Err() != nil {
			return &codedError{code: exitInterrupted, err: err}
		}
		return failed(err)
	}
	err = s.out.print(cmd, answer{verdict: v, past: p})
	if cmd.Context().Err() != nil {
		return &codedError{code: exitInterrupted,
			err: errors.Join(errors.New("interrupted: the verdict is on what was seen until then"), err)}
	}
	return err
}

// verdict decides on the history as it is now; once interrupted it takes the last verdict, so that Ctrl-C ends the demo at once.
func (s show) verdict(ctx context.Context, d *daemon.Daemon) (verdict.Verdict, view.Past, error) {
	if ctx.Err() != nil {
		for _, c := range d.Status() {
			if c.Verdict != nil {
				return *c.Verdict, view.Past{Missing: "No charts: interrupted."}, nil
			}
		}
		return verdict.Verdict{}, view.Past{}, errors.New("interrupted before there was a verdict")
	}
	v, err := d.Decide(ctx, demoName)
	if err != nil {
		return v, view.Past{}, err
	}
	p, err := past.Read(ctx, d.History(), demoName, v.Window, s.out.zone)
	return v, p, err
}
