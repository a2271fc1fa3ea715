package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/mskfit/mskfit/collector/kafka"
	"github.com/mskfit/mskfit/internal/catalog"
	"github.com/mskfit/mskfit/internal/demo"
	"github.com/mskfit/mskfit/internal/observe"
)

func newDemo() *cobra.Command {
	plan := observe.Plan{}
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Observe a live workload on a Kafka inside this program; nothing else is needed",
		Long: `Start a Kafka inside this program with the live workload of a web shop, observe it as mskfit observe does, and
print the verdict. Nothing outside this process is touched; it listens on loopback alone.`,
		Args: cobra.NoArgs,
	}
	cmd.Flags().DurationVar(&plan.For, "for", 30*time.Second, "look for `DURATION`")
	out := addOutput(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		c, err := catalog.InForce("")
		if err != nil {
			return usage(err)
		}
		in, err := observeInput(out, c, "us-east-1", "")
		if err := errors.Join(asFlags(plan.Validate()), err); err != nil {
			return usage(err)
		}
		o := observation{cfg: kafka.DefaultConfig(), plan: plan, in: in, out: out}
		o.log, o.line = out.open(cmd.ErrOrStderr())
		cluster, err := demo.Start(cmd.Context(), demo.Options{Log: o.log})
		if err == nil {
			defer cluster.Close()
		}
		switch {
		case cmd.Context().Err() != nil:
			return &codedError{code: exitInterrupted, err: errors.New("interrupted before the embedded Kafka was up")}
		case err != nil:
			return failed(err)
		}
		if !out.quiet {
			fmt.Fprintf(cmd.ErrOrStderr(), "An embedded Kafka runs at %s:\n%s.\nLooking at it for %s, as mskfit observe would.\n\n",
				cluster.Bootstrap()[0], demo.Summary(), plan.For)
		}
		o.cfg.Bootstrap, o.cfg.Cluster = cluster.Bootstrap(), "demo"
		return o.run(cmd)
	}
	return cmd
}
